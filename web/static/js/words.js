// What JavaScript says, in the page's language: its words stand in the page, in the block with the id "words".

/** @type {Record<string, string | string[]>} */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const plural = new Intl.PluralRules(document.documentElement.lang);

/**
 * The sentence in this language; `%(name)s` in it stands for a value.
 * @param {string} message English, the message's own id
 * @param {Record<string, string | number>} [values]
 */
export function t(message, values = {}) {
  const said = words[message] ?? message;
  return filled(typeof said === "string" ? said : said[0], values);
}

/**
 * The sentence for so many; `%(n)s` in it stands for the number.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Record<string, string | number>} [values]
 */
export function nt(one, many, n, values = {}) {
  const said = words[one] ?? [one, many];
  const forms = typeof said === "string" ? [said] : said;
  const form = plural.select(n) === "one" ? forms[0] : forms[forms.length - 1];
  return filled(form, { n, ...values });
}

/**
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
function filled(sentence, values) {
  return sentence.replace(/%\((\w+)\)[sd]/g, (whole, name) => String(values[name] ?? whole)).replaceAll("%%", "%");
}
