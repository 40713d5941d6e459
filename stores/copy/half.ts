import { DragomanError } from '../../core/errors.ts';

/** @param name where the half copy is; @param from of what it is one, where that matters */
export const halfCopy = (name: string, from?: string): DragomanError =>
  new DragomanError(
    'DATA_INCOMPLETE',
    `${name} is a copy${from ? ` of ${from}` : ''} that was begun and is not whole yet.`,
    'Give the same "dragoman store copy" once more: it goes on where it was stopped. To do without it, delete the copy.',
  );
