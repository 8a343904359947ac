/** Where a bundler's loader for files put it. */
declare const url: string;
export default url;
