#!/usr/bin/env node
/** `dragoman`: the commands. */
export {};
