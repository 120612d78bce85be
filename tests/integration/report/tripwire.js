// Hears whatever runs in a page: `tripped` that is set, dialogs and windows that are opened, prototypes that are changed.
(() => {
  const trips = [];
  const names = () => Object.getOwnPropertyNames(Object.prototype).sort().join();
  const before = names();
  const fallen = (what) => trips.push(what);
  Object.defineProperty(window, "tripped", { get: () => trips[0], set: (value) => fallen(`tripped = ${value}`) });
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => fallen(name);
  window.allTrips = () => [...trips, ...(names() === before ? [] : ["Object.prototype was changed"])];
})();
