/** A form as it stands in a page. */
export interface Form {
  readonly method: 'get' | 'post';
  /** Absolute. */
  readonly action: string;
  /** What is sent whatever is pressed: hidden and filled-in fields, checked boxes. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Names of the fields that can be filled in. */
  readonly inputs: readonly string[];
  readonly buttons: readonly Button[];
}

export interface Button {
  /** Null sends nothing of its own. */
  readonly name: string | null;
  readonly value: string;
  readonly label: string;
}

export interface Link {
  /** Absolute. */
  readonly href: string;
  readonly label: string;
}

const ATTRIBUTE = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;
/** A tag, quoted `>` included. */
const tag = (names: string): RegExp => new RegExp(`<(${names})\\b((?:[^>"']|"[^"]*"|'[^']*')*)>`, 'gi');

/**
 * The forms of a page, in order. Reads what stand-ins and plain server-rendered pages write; it is no
 * HTML parser: no nesting, no `form` attribute, no script.
 */
export function formsOf(html: string, url: string): readonly Form[] {
  return [...withoutComments(html).matchAll(/<form\b((?:[^>"']|"[^"]*"|'[^']*')*)>(.*?)<\/form>/gis)].map((match) =>
    formOf(attributesOf(match[1] ?? ''), match[2] ?? '', url),
  );
}

export function linksOf(html: string, url: string): readonly Link[] {
  return [...withoutComments(html).matchAll(/<a\b((?:[^>"']|"[^"]*"|'[^']*')*)>(.*?)<\/a>/gis)].flatMap((match) => {
    const href = attributesOf(match[1] ?? '').get('href');
    return href !== undefined && URL.canParse(href, url)
      ? [{ href: new URL(href, url).href, label: textOf(match[2] ?? '') }]
      : [];
  });
}

/** What a person reads in the first element of that name; empty when there is none. */
export function textIn(html: string, element: string): string {
  return textOf(new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'is').exec(html)?.[1] ?? '');
}

function formOf(attributes: ReadonlyMap<string, string>, inside: string, url: string): Form {
  const fields: [string, string][] = [];
  const inputs: string[] = [];
  const buttons: Button[] = [];
  for (const [, , written = ''] of inside.matchAll(tag('input'))) {
    const input = attributesOf(written);
    const name = input.get('name');
    const type = input.get('type')?.toLowerCase() ?? 'text';
    const value = input.get('value') ?? '';
    if (type === 'submit') buttons.push({ name: name ?? null, value, label: value });
    else if (name === undefined || input.has('disabled')) continue;
    else if (type === 'checkbox' || type === 'radio') {
      inputs.push(name);
      if (input.has('checked')) fields.push([name, value === '' ? 'on' : value]);
    } else {
      if (type !== 'hidden') inputs.push(name);
      fields.push([name, value]);
    }
  }
  for (const [, written = '', label = ''] of inside.matchAll(
    /<button\b((?:[^>"']|"[^"]*"|'[^']*')*)>(.*?)<\/button>/gis,
  )) {
    const button = attributesOf(written);
    if ((button.get('type')?.toLowerCase() ?? 'submit') !== 'submit' || button.has('disabled')) continue;
    buttons.push({ name: button.get('name') ?? null, value: button.get('value') ?? '', label: textOf(label) });
  }
  return {
    method: attributes.get('method')?.toLowerCase() === 'post' ? 'post' : 'get',
    action: new URL(attributes.get('action') || url, url).href,
    fields,
    inputs: [...new Set(inputs)],
    buttons,
  };
}

function attributesOf(written: string): ReadonlyMap<string, string> {
  return new Map(
    [...written.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ]),
  );
}

function withoutComments(html: string): string {
  return html.replaceAll(/<!--.*?-->/gs, '').replaceAll(/<(script|style)\b.*?<\/\1>/gis, '');
}

/** What a person reads of a piece of HTML. */
export function textOf(html: string): string {
  return decoded(html.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
