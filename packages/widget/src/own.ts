/**
 * Reads a member as the object's own kind defines it, not as the page's markup does.
 *
 * `<img name="currentScript">` makes `document.currentScript` answer the image. An element can take
 * any name of `document`, and a field any name of its form (Web IDL, `[LegacyOverrideBuiltIns]`).
 * What a prototype has cannot be taken. On `window` an element takes only names that the browser
 * does not have, so the browser's own are read there as they are.
 */
export function own<T extends object, K extends keyof T>(of: T, name: K): T[K] {
  const value = Reflect.get(Reflect.getPrototypeOf(of)!, name, of) as T[K];
  return typeof value === 'function' ? (value.bind(of) as T[K]) : value;
}

/** The same for writing. */
export function setOwn<T extends object, K extends keyof T>(of: T, name: K, value: T[K]): void {
  Reflect.set(Reflect.getPrototypeOf(of)!, name, value, of);
}
