export * from "lit";
export { repeat } from "lit/directives/repeat.js";
export { live } from "lit/directives/live.js";
