/** The contact sheet: a frame for each cell that the filters let through. */
import { DIRECTIONS, SIZES, STATE_NAMES, THEMES } from './cell.ts';

const filters = document.querySelector<HTMLFormElement>('#filters')!;
const sheet = document.querySelector<HTMLUListElement>('#sheet')!;

fill('state', STATE_NAMES);
fill('size', SIZES);
const asked = new URLSearchParams(location.search);
choose('size', '360x800');
for (const [name, value] of asked) choose(name, value);
filters.addEventListener('change', () => {
  const query = new URLSearchParams([...filters.querySelectorAll('select')].map(({ name, value }) => [name, value]));
  history.replaceState(null, '', `?${query}`);
  draw();
});
draw();

function fill(name: string, values: readonly string[]): void {
  select(name)?.append(...values.map((value) => new Option(value)));
}

function choose(name: string, value: string): void {
  const control = select(name);
  if (control !== null && [...control.options].some((option) => option.value === value)) control.value = value;
}

function select(name: string): HTMLSelectElement | null {
  return filters.elements.namedItem(name) as HTMLSelectElement | null;
}

function draw(): void {
  const wanted = <T extends string>(name: string, all: readonly T[]): readonly T[] =>
    all.filter((value) => select(name)?.value === value || select(name)?.value === 'all');
  const cells = wanted('state', STATE_NAMES).flatMap((state) =>
    wanted('theme', THEMES).flatMap((theme) => wanted('dir', DIRECTIONS).map((dir) => ({ state, theme, dir }))),
  );
  const [width = 360, height = 800] = (select('size')?.value ?? '').split('x').map(Number);
  sheet.replaceChildren(...cells.map((cell) => item(new URLSearchParams(cell), width, height)));
}

function item(query: URLSearchParams, width: number, height: number): HTMLLIElement {
  const link = document.createElement('a');
  link.href = `/gallery/cell?${query}&width=${width}`;
  link.textContent = [...query.values()].join(', ');
  const frame = document.createElement('iframe');
  Object.assign(frame, { src: `/gallery/cell?${query}`, width, height, loading: 'lazy', title: link.textContent });
  const result = document.createElement('li');
  result.append(frame, link);
  return result;
}
