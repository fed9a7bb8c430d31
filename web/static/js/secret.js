// What forms of this session carry, so that the studio knows its own pages (header X-CSRF-Token).
export const secret = document.querySelector("meta[name=csrf]")?.getAttribute("content") ?? "";
