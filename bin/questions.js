// The commands that ask one question, which programs start most often. They have a bundle of their own, with the same
// code but without the other commands: the less there is to read, the sooner it starts.
module.exports = ["can", "has", "permissions", "who-can", "why"];
