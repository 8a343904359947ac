// The published file `phones.js`: only pages that display phone numbers load
// it. Rust calls these names; see `src/locale/phone_numbers.rs`.
export {
  defaultCountry as home,
  format,
  parse as read,
  parseForm as typed,
  renderCountrySelect as dress,
  setValue as fill,
} from "./phone-numbers.js";
