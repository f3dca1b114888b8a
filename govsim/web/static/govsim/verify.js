// Verifying: the QR code of a picture or of the camera is read here, in the browser; only its text is sent.
const form = document.getElementById("verify-form");
const file = document.getElementById("file");
const said = document.getElementById("file-said");
const LARGEST_PICTURE = 8 * 1024 * 1024;
const LARGEST_TEXT = 32 * 1024;
const SIDES = [1200, 700, 400]; // pixels: codes are found best when their squares are a few pixels wide

function read(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(pixels.data, pixels.width, pixels.height)?.data || "";
}

function send(text) {
  document.getElementById("presented").value = text;
  file.value = "";
  form.requestSubmit();
}

async function picture(chosen) {
  try {
    const image = await createImageBitmap(chosen);
    for (const side of SIDES) {
      const text = read(image, image.width, image.height, side);
      if (text) return text;
    }
  } catch {
    // not a picture that this browser can read: nothing was found in it
  }
  return "";
}

file?.addEventListener("change", async () => {
  const [chosen] = file.files;
  if (!chosen) return;
  const image = chosen.type.startsWith("image/");
  if (chosen.size > (image ? LARGEST_PICTURE : LARGEST_TEXT)) {
    said.textContent = said.dataset.large;
    file.value = "";
    return;
  }
  const text = image ? await picture(chosen) : (await chosen.text()).trim();
  said.textContent = text ? said.dataset.read : said.dataset.none;
  if (text) send(text);
  else file.value = "";
});

// --- the camera: only where the browser lets a page ask for it ---
const camera = document.getElementById("camera");
if (camera && window.isSecureContext && navigator.mediaDevices?.getUserMedia) {
  const [start, stop] = [camera.querySelector("[data-scan]"), camera.querySelector("[data-stop]")];
  const video = camera.querySelector("video");
  const words = camera.querySelector("[data-said]");
  camera.hidden = false;
  document.getElementById("camera-none").hidden = true;

  const running = (on) => {
    video.hidden = !on;
    stop.hidden = !on;
    start.hidden = on;
  };
  const end = () => {
    for (const track of video.srcObject?.getTracks() || []) track.stop();
    video.srcObject = null;
    running(false);
    words.textContent = "";
  };
  const look = () => {
    if (!video.srcObject) return;
    const text = video.videoWidth ? read(video, video.videoWidth, video.videoHeight, 700) : "";
    if (!text) return setTimeout(look, 200);
    end();
    send(text);
  };

  start.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      words.textContent = words.dataset.denied;
      return;
    }
    running(true);
    words.textContent = words.dataset.looking;
    await video.play();
    look();
  });
  stop.addEventListener("click", end);
  window.addEventListener("pagehide", end);
}
