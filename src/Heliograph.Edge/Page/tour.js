// A tour of five steps: each shows a part of the page and may set the channel, so that there is something to see.

const $ = id => document.getElementById(id);
const panel = $("tour");

/** Prepares the tour. `facts()` are the numbers of the moment, `setSnr(db)` sets the channel. */
export function prepareTour(facts, setSnr) {
  const steps = [
    {
      at: "sender", title: "A picture becomes a few numbers", snr: () => 10,
      text: ({ symbols, png }) => `The device does not send the picture. The front of a neural network turns it into ${symbols} numbers, its symbols, and the radio sends these${png ? ` instead of a PNG file of about ${png}` : ""}.`,
    },
    {
      at: "channel", title: "The radio adds noise", snr: () => 3,
      text: () => "Each ring is a point as it was sent, each dot the point that arrived, each line the error between them. The tour has turned the noise up; move the slider, and the lines grow and shrink.",
    },
    {
      at: "recognised", title: "The edge still knows what it is", snr: () => 0,
      text: () => "Now noise and signal are equally strong. The rest of the network names the picture from what arrived, and says how sure it is: less sure in more noise, as it should be.",
    },
    {
      at: "rival", title: "A file falls off a cliff", snr: ({ cliffDb }) => cliffDb === null ? -2 : cliffDb - 1,
      text: ({ times }) => `The same picture as a file over a digital link takes about ${times} times as many symbols. The tour has set the SNR just below its cliff: not one file arrives, while the pair goes on. Move the slider a little to the right.`,
    },
    {
      at: "sender", title: "Now your own picture", snr: () => 10,
      text: () => "Choose, drop or draw one. The pair names one of the things that it knows, whatever it sees; how sure it is shows whether to believe it.",
    },
  ];
  let step = 0;

  const show = n => {
    step = n;
    document.querySelector(".lit")?.classList.remove("lit");
    const { at, title, text, snr } = steps[n], place = $(at);
    setSnr(snr(facts()));
    $("tour-step").textContent = `${n + 1} of ${steps.length}`;
    $("tour-title").textContent = title;
    $("tour-text").textContent = text(facts());
    $("tour-back").disabled = n === 0;
    $("tour-next").textContent = n === steps.length - 1 ? "Done" : "Next";
    place.classList.add("lit");
    const from = place.getBoundingClientRect();
    if (from.top < 0 || from.bottom > innerHeight - panel.offsetHeight)
      place.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  const close = () => {
    panel.hidden = true;
    document.body.classList.remove("touring");
    document.querySelector(".lit")?.classList.remove("lit");
    $("tour-open").focus();
  };

  $("tour-open").addEventListener("click", () => {
    panel.hidden = false;
    document.body.classList.add("touring");
    show(0);
    $("tour-next").focus();
  });
  $("tour-next").addEventListener("click", () => step === steps.length - 1 ? close() : show(step + 1));
  $("tour-back").addEventListener("click", () => show(step - 1));
  $("tour-close").addEventListener("click", close);
  panel.addEventListener("keydown", event => event.key === "Escape" && close());
}
