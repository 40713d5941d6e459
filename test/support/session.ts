/** What a server that plays one page's interface says of who asks: somebody at this machine, for whom there is everything. */
export const SESSION_PATH = '/dragoman/api/v1/session';
export const SESSION = {
  name: 'local',
  kind: 'local',
  may: ['dragoman.read', 'dragoman.reply', 'dragoman.manage'],
  pages: ['orders', 'calls', 'simulator', 'call'],
  editor: '/editor/',
};
