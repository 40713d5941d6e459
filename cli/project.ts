/** Where this deployment's data is, for commands that run beside its server. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { API_FILE } from '../core/api.ts';
import { folderOf, STORE_FILE } from '../core/folders.ts';
import { type Environment, SETTINGS } from '../core/settings.ts';

/** What a guest's data folder is called in Node-RED's user folder. */
const IN_USER_FOLDER = 'dragoman';

export interface Place {
  folder: string;
  /** Nobody named it: it was looked for, so the reader is told. */
  found: boolean;
}

export interface Whereabouts {
  /** The package's root. */
  root: string;
  cwd: string;
  home: string;
  environment: Environment;
  /** Node-RED's user folder, as the command line names it. */
  userDir?: string | undefined;
}

/**
 * The environment's word holds, then the command line's. A checkout has its own folder; a package in somebody's `node_modules` has its data
 * in a user folder of Node-RED: here, around the package, where `NODE_RED_HOME` says, or at home.
 */
export function findData({ root, cwd, home, environment, userDir }: Whereabouts): Place {
  if (userDir !== undefined) {
    const folders = [path.join(path.resolve(cwd, userDir), IN_USER_FOLDER), path.resolve(cwd, userDir)];
    return { folder: folders.find(isData) ?? folders[0]!, found: false };
  }
  if (environment[SETTINGS.data.env]?.trim()) return { folder: folderOf('data', root, environment), found: false };
  const owner = ownerOf(root);
  const around = owner === undefined ? [folderOf('data', root, {})] : [path.join(owner, IN_USER_FOLDER)];
  const nodeRed = [environment.NODE_RED_HOME?.trim(), path.join(home, '.node-red')]
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => path.join(folder!, IN_USER_FOLDER));
  const places = [path.join(cwd, IN_USER_FOLDER), cwd, ...around, ...(owner === undefined ? [] : nodeRed)];
  const folder = places.find(isData) ?? around[0]!;
  return { folder, found: owner !== undefined || folder !== around[0] };
}

const isData = (folder: string) => [STORE_FILE, API_FILE].some((file) => existsSync(path.join(folder, file)));

/** The folder in whose `node_modules` the package lies; undefined for a checkout. */
function ownerOf(root: string): string | undefined {
  const at = root.split(path.sep).lastIndexOf('node_modules');
  return at < 0 ? undefined : root.split(path.sep).slice(0, at).join(path.sep) || path.sep;
}

/** The package's root: this file is in `cli/`, or bundled somewhere in `dist/`. */
function rootOf(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return folder;
}

let place: Place | undefined;

/** Settles it for this process. @param userDir what `--user-dir` says, if anything. */
export function locate(userDir?: string): Place {
  const environment = process.env;
  place = findData({ root: rootOf(), cwd: process.cwd(), home: homedir(), environment, userDir });
  return place;
}

export const dataFolder = (): string => (place ?? locate()).folder;

/** For people whose Dragoman keeps its data elsewhere. */
export const WHICH_FOLDER =
  'name Node-RED\'s user folder with --user-dir, or set DRAGOMAN_DATA to the folder that Dragoman writes to ("dragoman" in that user folder)';
