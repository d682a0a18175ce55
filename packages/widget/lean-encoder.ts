/**
 * A build step: the `qrcode` package's encoder with only what `src/qr` asks of it, which is one
 * segment in a mode that is known, at error correction level M. It becomes ES modules, so that what
 * is not used falls away, and loses its search for the best mix of modes with all that hangs on it.
 * 3 kB brotli less, for the same modules bit by bit; every story that reads a code off the screen
 * would say so if not.
 */
import type { Rolldown } from 'tsdown';

/** For `mangleProps`: the encoder's own names, and nobody else's. */
export const ENCODER_NAMES: RegExp =
  /^(?:PATTERN\d+|ccBits|degree|genPoly|getBitsLength|getLength|getLengthInBits|isReserved|putBit|reservedBit)$/;

export function leanEncoder(): Rolldown.Plugin {
  return {
    name: 'lean-encoder',
    transform(code, id) {
      const name = /[\\/]qrcode[\\/]lib[\\/]core[\\/]([\w-]+)\.js$/.exec(id)?.[1];
      return name === undefined ? null : asEsModule(LEANER[name]?.(code) ?? code);
    },
  };
}

const LEANER: Readonly<Record<string, (code: string) => string>> = {
  segments: () => `
const AlphanumericData = require('./alphanumeric-data')
const ByteData = require('./byte-data')
exports.fromArray = function ([{ data, mode }]) {
  return [mode === 'alphanumeric' ? new AlphanumericData(data) : new ByteData(data)]
}`,

  qrcode: (code) => `
${between(code, 'const Utils', 'if (Array.isArray(data)')}
  segments = Segments.fromArray(data)
${between(code, '  // Get the min version that can contain data', '  // If not specified, use min version')}
  version = bestVersion
${between(code, '  const dataBits = ', '/**\n * QR Code\n')}
exports.create = function (data) { return createSymbol(data, 0, ECLevel.M) }`,

  // Only for finding out the mode of a text that has none.
  regex: () => '',

  'error-correction-level': () => `
exports.M = { bit: 0 }
exports.isValid = function () { return true }`,

  'error-correction-code': (code) => {
    const [blocks, codewords] = columnOfM(code);
    return `
exports.getBlocksCount = function (version) { return ${blocks}[version - 1] }
exports.getTotalCodewordsCount = function (version) { return ${codewords}[version - 1] }`;
  },

  // The smallest that holds the one segment.
  version: (code) => `
const Utils = require('./utils')
const ECCode = require('./error-correction-code')
const Mode = require('./mode')
const VersionCheck = require('./version-check')
${between(code, '// Generator polynomial', 'function getBestVersionForDataLength')}
exports.getBestVersionForData = function ([segment]) {
  for (let version = 1; version <= 40; version++) {
    const room = Utils.getSymbolTotalCodewords(version) - ECCode.getTotalCodewordsCount(version)
    const bits = 4 + Mode.getCharCountIndicator(segment.mode, version) + segment.getBitsLength()
    if (bits <= room * 8) return version
  }
}
${between(code, 'exports.getEncodedBits')}`,
};

/** Both tables have a number for each version and level, the levels in the order L, M, Q, H. */
function columnOfM(code: string): readonly string[] {
  const tables = [...code.replace(/\/\/.*/g, '').matchAll(/= (\[[\d,\s]+\])/g)];
  if (tables.length !== 2) throw new Error('The encoder has not the two tables that its lean build is made from.');
  return tables.map(([, table = '']) => {
    const numbers = JSON.parse(table) as number[];
    return JSON.stringify(numbers.filter((_, i) => i % 4 === 1));
  });
}

function between(code: string, from: string, to?: string): string {
  const [start, end] = [code.indexOf(from), to === undefined ? code.length : code.indexOf(to)];
  if (start < 0 || end < start)
    throw new Error(`The encoder's source is not what its lean build is made from: ${from}`);
  return code.slice(start, end);
}

/** For the one regular way in which the encoder writes its CommonJS; anything else would not build. */
function asEsModule(code: string): string {
  return (
    code
      .replace(/^const (\w+) = require\('(.+)'\)\.(\w+)$/gm, "import { $3 as $1 } from '$2.js'")
      .replace(/^const (\w+) = require\('(.+-data|.+bit-\w+|.+encoder)'\)$/gm, "import $1 from '$2.js'")
      .replace(/^const (\w+) = require\('(.+)'\)$/gm, "import * as $1 from '$2.js'")
      .replace(/^exports\.(\w+) = function \w* ?\(/gm, 'export function $1 (')
      .replace(/^exports\.(\w+) =/gm, 'export const $1 =')
      .replace(/^module\.exports =/m, 'export default')
      .replace(/\bexports\./g, '')
      // What it says is for developers who call it wrongly.
      .replace(/throw new Error\((?:[^()]|\([^()]*\))*\)/g, 'throw new Error()')
  );
}
