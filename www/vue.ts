// Components for Vue 3. Properties are set in the browser, after the tag is in
// the page: on a server, Vue makes attributes of them.

import { defineComponent, h, onMounted, shallowRef, watchEffect } from "vue";
import { define } from "./index.js";
import { propertiesOf, setProperties } from "./set-properties.js";

/** Properties that are on or off: in a template, the name alone is on. */
const FLAGS = ["readOnly", "withoutHeading"];
/** Absent, it is not false: that would remove an attribute of the tag. */
const FLAG = { type: Boolean, default: undefined };

const component = (tagName: string, name: string) =>
  defineComponent({
    name,
    props: Object.fromEntries(propertiesOf(tagName).map((name) => [name, FLAGS.includes(name) ? FLAG : null])),
    setup(props: object, { slots, expose }) {
      const element = shallowRef<HTMLElement>();
      expose({ element });
      onMounted(() => {
        define();
        watchEffect(() => element.value && setProperties(element.value, props));
      });
      return () => h(tagName, { ref: element }, slots.default?.());
    },
  });

export const MatrixThreepids = component("matrix-threepids", "MatrixThreepids");
export const MatrixAccountPassword = component("matrix-account-password", "MatrixAccountPassword");
export const MatrixPasswordReset = component("matrix-password-reset", "MatrixPasswordReset");
