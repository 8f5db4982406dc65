// One short tone. A file that does nothing when it is loaded: a page's own scripts must not be imported by each other, for
// the browser takes an address with its `?v=` and one without for two scripts, and each press counts twice.
export function sound() {
  const audio = new AudioContext(), tone = audio.createOscillator(), level = audio.createGain();
  tone.frequency.value = 660;
  level.gain.setValueAtTime(0.08, audio.currentTime);
  level.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
  tone.connect(level).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
  tone.onended = () => audio.close();
}
