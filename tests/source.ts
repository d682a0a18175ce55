/** What the layering test reads of a source file: what it imports, and what it does that only some may. */
import { parseSync } from 'oxc-parser';

export interface Source {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  /** Every specifier that it imports, re-exports, imports dynamically or in a type. */
  readonly imports: readonly string[];
  /** Whether it imports something whose name is computed, so that it cannot be told here what. */
  readonly importsComputed: boolean;
  readonly readsEnvironment: boolean;
  /** The uses of clock or randomness, as written: `Date.now`. */
  readonly clockAndDice: readonly string[];
  /** The uses of timers, as written: `setTimeout`. */
  readonly timers: readonly string[];
}

const CLOCK_AND_DICE: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  performance: ['now'],
  Math: ['random'],
  crypto: ['getRandomValues', 'randomUUID', 'randomBytes', 'randomInt', 'randomFillSync'],
};
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const DICE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': [
    'randomBytes',
    'randomUUID',
    'randomInt',
    'randomFill',
    'randomFillSync',
    'webcrypto',
    'getRandomValues',
  ],
  nanoid: ['*'],
};

/** @throws Error naming the file when it does not parse. */
export function readSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);

  const imports = new Set<string>();
  const clockAndDice = new Set<string>();
  const timers = new Set<string>();
  /** What is the name of a member, and no use of a variable. */
  const names = new Set<unknown>();
  let importsComputed = false;
  let readsEnvironment = false;

  for (const { moduleRequest, entries } of module.staticImports) {
    imports.add(moduleRequest.value);
    const dice = DICE_IMPORTS[moduleRequest.value.replace(/^crypto$/, 'node:crypto')] ?? [];
    for (const { importName, isType } of entries) {
      const name = importName.name ?? '*';
      if (!isType && (dice.includes(name) || dice.includes('*'))) clockAndDice.add(`${moduleRequest.value} ${name}`);
    }
    if (/^(?:node:)?timers(?:\/promises)?$/.test(moduleRequest.value)) timers.add(moduleRequest.value);
    if (/^(?:node:)?process$/.test(moduleRequest.value)) readsEnvironment = true;
  }
  for (const { moduleRequest } of module.staticExports.flatMap((statement) => statement.entries)) {
    if (moduleRequest !== null) imports.add(moduleRequest.value);
  }
  visit(program, (node) => {
    switch (node['type']) {
      case 'ImportExpression':
      case 'TSImportType': {
        const specifier = literal(node['source'] ?? node['argument']);
        if (specifier === null) importsComputed = true;
        else imports.add(specifier);
        break;
      }
      case 'MemberExpression': {
        const [object, property] = [nameOf(node['object']), nameOf(node['property'])];
        if (object === 'process' && property === 'env') readsEnvironment = true;
        if (CLOCK_AND_DICE[object]?.includes(property)) clockAndDice.add(`${object}.${property}`);
        if (object === 'AbortSignal' && property === 'timeout') timers.add('AbortSignal.timeout');
        if (/^global(?:This)?$/.test(object) && TIMERS.has(property)) timers.add(property);
        // Not `server.setTimeout(…)`, which is Node's own limit for a connection.
        if (node['computed'] !== true) names.add(node['property']);
        break;
      }
      case 'Property':
      case 'TSPropertySignature':
      case 'TSMethodSignature':
        if (node['computed'] !== true) names.add(node['key']);
        break;
      case 'Identifier':
        if (!names.has(node) && TIMERS.has(nameOf(node))) timers.add(nameOf(node));
        break;
      case 'NewExpression':
        if (nameOf(node['callee']) === 'Date' && (node['arguments'] as unknown[]).length === 0) {
          clockAndDice.add('new Date()');
        }
        break;
      case 'VariableDeclarator':
        // const { env } = process
        if (nameOf(node['init']) === 'process' && nodeType(node['id']) === 'ObjectPattern') readsEnvironment = true;
        break;
      default:
    }
  });
  return {
    path,
    imports: [...imports],
    importsComputed,
    readsEnvironment,
    clockAndDice: [...clockAndDice],
    timers: [...timers],
  };
}

type Node = Readonly<Record<string, unknown>>;

function visit(value: unknown, enter: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, enter);
  } else if (isNode(value)) {
    if (typeof value['type'] === 'string') enter(value);
    for (const child of Object.values(value)) visit(child, enter);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function nodeType(value: unknown): string {
  return isNode(value) ? String(value['type']) : '';
}

/** An identifier's name, a string literal's text, or the last name of `globalThis.process`. */
function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value['type'] === 'Identifier') return String(value['name']);
  if (value['type'] === 'MemberExpression') return nameOf(value['property']);
  return literal(value) ?? '';
}

function literal(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (nodeType(value) === 'TSLiteralType') return literal(value['literal']);
  return nodeType(value) === 'Literal' && typeof value['value'] === 'string' ? value['value'] : null;
}
