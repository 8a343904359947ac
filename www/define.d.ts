// Importing this defines <matrix-threepids>. The import brings along the
// types of the tag.
import "./index.js";

export {};
