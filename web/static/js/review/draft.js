// What the page says of the draft that is shown.

/**
 * @typedef {object} Draft
 * @property {string} id
 * @property {string} video
 * @property {number} number
 * @property {[number, number]} rate
 * @property {number} frames
 * @property {[number, number]} size
 * @property {{ start: number, stop: number, kind: string, name: string, line: string, box: number[] | null }[]} shots
 * @property {[number, number] | null} sheet the size of the picture with one of each shot
 * @property {{ start: number, stop: number, kind: string, what: string }[]} slates
 * @property {{ title: string, start: number }[]} scenes
 * @property {{ id: string, number: number, text: string, start: number, stop: number }[]} lines as they are said in the film
 * @property {[number, number][]} fresh the frames that the draft before it has not
 * @property {{ language: string, href: string }[]} captions
 * @property {{ page: string, film: string, poster: string, strip: string, peaks: string }} addresses empty: there is none
 */

/** @type {Draft} */
export const draft = JSON.parse(document.getElementById("draft")?.textContent ?? "{}");
