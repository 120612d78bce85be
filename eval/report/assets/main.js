// Puts the list of cases in the place of the plain rows, once the packed cases are in the page.
async function startCases() {
  if (typeof DecompressionStream === "undefined" || !document.getElementById("block-head")) return;
  const client = new Client();
  try {
    const about = await client.call("about");
    client.folder = about.folder;
    for (const part of document.querySelectorAll("#cases [data-scripted]")) part.hidden = false;
    document.querySelector(".plain").hidden = true;
    await new View(client, about).start();
  } catch (error) {
    tellFailure(error);
  }
}

function tellFailure(error) {
  for (const part of document.querySelectorAll("#cases [data-scripted]")) part.hidden = true;
  document.querySelector(".plain").hidden = false;
  const notice = document.getElementById("notice");
  notice.hidden = false;
  notice.textContent = `The packed cases cannot be read (${visible(error.message)}); what got worse stands here as it does without JavaScript.`;
}

startMasthead();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startCases);
else startCases();
