/** The built script tag. */
export interface WidgetFiles {
  /** The file that is served under one name whatever its version. */
  readonly loader: string;
  /** The chunks that the loader imports, by the names that this build gave them. */
  readonly element: string;
  readonly encoder: string;
  /**
   * Every file by name, the three above among them. The others are all in one file and what the last two
   * releases were made of: a page that was opened before an upgrade still asks for those.
   */
  readonly files: ReadonlyMap<string, Buffer>;
}
