/** How many files this process may open, from Node's report on itself; null where that does not say, as on Windows. */
export function openFilesLimit(): number | null {
  // The report would look up the name of each peer; Node's types do not know this switch yet.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
}
