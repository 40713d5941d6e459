/** What users of the pages may do. Pure. */

/** Each implies those before it. */
export const PERMISSIONS = ['dragoman.read', 'dragoman.reply', 'dragoman.manage'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/**
 * @param granted as a user of Node-RED's `adminAuth` has them: one, or a list. `*` is all; `read`, as Node-RED takes it, whatever ends in it.
 */
export function grants(granted: unknown, wanted: Permission): boolean {
  const least = PERMISSIONS.indexOf(wanted);
  return [granted].flat(2).some((one) => {
    if (one === '*') return true;
    if (one === 'read' || one === '*.read') return wanted === 'dragoman.read';
    return PERMISSIONS.indexOf(one as Permission) >= least;
  });
}
