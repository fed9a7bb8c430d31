// The name over the picture: the film is shown nowhere without it, neither in a window of its own nor on another screen.

const film = document.querySelector("r-player video");
if (film instanceof HTMLVideoElement && document.querySelector(".watermark")) {
  film.disablePictureInPicture = true;
  film.disableRemotePlayback = true;
  film.addEventListener("contextmenu", (event) => event.preventDefault());
  document.querySelector("[data-act=apart]")?.setAttribute("hidden", "");
}
