/** What the state of a session means for its account: WAHA answers while the phone behind it is away. */
import type { SendError } from '../../core/model.ts';

export interface Health {
  /** Absent: it works. */
  error?: SendError;
  /** Nobody needs to do anything, or somebody did it on purpose. */
  passing?: boolean;
}

const STATES: Record<string, (session: string) => { message: string; action: string; passing?: boolean } | undefined> =
  {
    WORKING: () => undefined,
    STARTING: (session) => ({
      message: `WAHA's session "${session}" is starting.`,
      action: "It goes on by itself. If it stays so, restart the session in WAHA's dashboard.",
      passing: true,
    }),
    // A restart comes by here.
    STOPPED: (session) => ({
      message: `WAHA's session "${session}" is stopped.`,
      action: "Start it in WAHA's dashboard.",
      passing: true,
    }),
    SCAN_QR_CODE: (session) => ({
      message: `WAHA's session "${session}" is linked to no phone.`,
      action: "Open WAHA's dashboard and scan its QR code with the phone: WhatsApp, Linked devices.",
    }),
    PASSKEY_REQUIRED: passkey,
    PASSKEY_CONFIRMATION_REQUIRED: passkey,
    FAILED: (session) => ({
      message: `WAHA's session "${session}" failed: WhatsApp logged it out, or restricted or banned the number.`,
      action: "Look at WhatsApp on the phone. Restart the session in WAHA's dashboard and scan the QR code if it asks.",
    }),
  };

function passkey(session: string) {
  return {
    message: `WhatsApp asks for a passkey before it links WAHA's session "${session}".`,
    action: "Open WAHA's dashboard and finish the login there.",
  };
}

/** Undefined for a state that is not known. */
export function healthOf(state: string, session: string): Health | undefined {
  if (!Object.hasOwn(STATES, state)) return undefined;
  const told = STATES[state]!(session);
  if (!told) return {};
  const { message, action, passing } = told;
  return { error: { code: `WAHA_${state}`, message, action }, passing };
}
