// What the server says: the event stream of results, its status, and the simulated channel of a demonstration.

// Characters that reverse the direction of text; they are removed from everything that comes from the network.
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const plain = (_, value) => typeof value === "string" ? value.replace(TURNING, "\ufffd") : value;

const POLL_MS = 1000, PATIENCE_MS = 5000, RETRY_MS = 3000;

/** Receives results forever. `onState(true)` when the stream is open, `onState(false)` when it is not. */
export function listen(onResult, onState) {
  const source = new EventSource("api/results");
  source.onopen = () => onState(true);
  source.onmessage = message => onResult(JSON.parse(message.data, plain));
  source.onerror = () => {
    onState(false);
    // The browser reconnects by itself, except after an answer that is not a stream: too many watchers, or a key that is no longer valid.
    if (source.readyState === EventSource.CLOSED)
      setTimeout(() => listen(onResult, onState), RETRY_MS);
  };
}

/** Polls the status while the page is visible; `null` when there is no answer. */
export async function watchStatus(onStatus) {
  for (;;) {
    if (!document.hidden)
      onStatus(await get("api/status").catch(() => null));
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}

/** The simulated channel's SNR in dB; null for no noise. */
export const readDemo = async () => (await get("api/demo")).snrDb;

/** Sets it; throws with the server's message if it refuses. */
export async function writeDemo(snrDb) {
  const answer = await fetch("api/demo", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ snrDb }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok)
    throw new Error((await answer.json().catch(() => ({}))).error ?? `status ${answer.status}`);
}

async function get(address) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok)
    throw new Error(`status ${answer.status}`);
  return JSON.parse(await answer.text(), plain);
}
