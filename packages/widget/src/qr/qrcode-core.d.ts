/** The encoder alone, without the package's renderers, PNG or command line. It brings no types of its own. */
declare module 'qrcode/lib/core/qrcode.js' {
  export function create(
    data: readonly { readonly data: string; readonly mode: 'alphanumeric' | 'byte' | 'numeric' }[],
    options: { readonly errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' },
  ): { readonly modules: { readonly size: number; readonly data: Uint8Array } };
}
