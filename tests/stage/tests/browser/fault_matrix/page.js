import "/npm/define.js";

window.element = document.querySelector("matrix-threepids");

// How many requests are over, with their answers.
window.answered = 0;
const ask = window.fetch;
window.fetch = async (request) => {
  try {
    const answer = await ask(request);
    await answer
      .clone()
      .text()
      .catch(() => null);
    return answer;
  } finally {
    window.answered += 1;
  }
};

window.expired = [];
window.errors = [];
addEventListener("threepids-session-expired", ({ detail }) => window.expired.push(detail));
addEventListener("threepids-error", ({ detail }) => window.errors.push(detail.code));
