/** What the shell says of itself; the words are our own. */

/** `mongosh --help` */
export const USAGE = `
  $ mongosh [options] [db address] [file names (ending in .js or .mongodb)]

  Options:

    -h, --help                           Show this usage information
    -f, --file [arg]                     Run a file
        --host [arg]                     Where the server is
        --port [arg]                     Its port, 27017 if none is given
        --eval [arg]                     Run a program
        --quiet                          Say nothing when connecting
        --shell                          Go on with the shell after files and programs
        --nodb                           Do without a server
        --norc                           Nothing: no file is run at the start
        --version                        Show the version

  Authentication options:

    -u, --username [arg]                 Whom to log in as
    -p, --password [arg]                 The password; it is asked for where none follows
        --authenticationDatabase [arg]   The database that the user is of
        --authenticationMechanism [arg]  SCRAM-SHA-256

  Addresses:

        mongodb://user:password@192.168.0.9:27017/foo?authSource=admin
        192.168.0.9/foo                  The database foo of another machine
        foo                              The database foo of this one
`;

/** `help` */
export const SHELL_HELP = `  show dbs                    databases and what they weigh
  show collections            collections of the database in use
  show users                  users of the database in use
  use NAME                    uses another database
  it                          more of what was found last
  exit                        ends the shell
  db.NAME.find(...)           what is in a collection; insertOne, insertMany, updateOne, updateMany,
                              replaceOne, deleteOne, deleteMany, countDocuments, aggregate, distinct,
                              createIndex, getIndexes and drop are other methods
  db.createUser(...)          a user; dropUser, getUsers and auth are other methods of databases
  db.runCommand(...)          a command of the server's own`;
