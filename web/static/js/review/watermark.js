// The name over the picture: the film is shown nowhere without it, neither in a window of its own nor on another screen.

for (const film of document.querySelectorAll("video")) {
  film.disablePictureInPicture = true;
  film.disableRemotePlayback = true;
  film.addEventListener("contextmenu", (event) => event.preventDefault());
}
document.querySelector("[data-act=apart]")?.setAttribute("hidden", "");
