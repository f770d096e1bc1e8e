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

/** The state of a demonstration; the simulated channel's SNR is null for no noise. */
export const readDemo = () => get("api/demo");

/** Sets the SNR; throws, as those below, with the server's message if it refuses. */
export const writeDemo = snrDb => change("api/demo", { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ snrDb }) });

/** Sends a picture, a blob, instead of the images; gives the new state. */
export const sendPicture = picture => change("api/demo/picture", { method: "PUT", headers: { "Content-Type": picture.type }, body: picture });

/** Sends the images again; gives the new state. */
export const clearPicture = () => change("api/demo/picture", { method: "DELETE" });

/** What became of the image of a frame. */
export const readStory = (seq, { format, planned }) => get(`api/demo/story?${new URLSearchParams({ seq, format, planned })}`);

async function change(address, what) {
  const answer = await fetch(address, { ...what, signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok)
    throw new Error(body.error ?? `status ${answer.status}`);
  return body;
}

async function get(address) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok)
    throw new Error(`status ${answer.status}`);
  return JSON.parse(await answer.text(), plain);
}
