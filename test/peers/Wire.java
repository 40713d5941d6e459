import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.IOException;
import java.util.List;

/**
 * A peer that speaks MongoDB's wire, for tests: everything in memory, no transactions, change streams, update pipelines, TTL or partial
 * indexes. Its argument is a port (0: a free one), which it prints; it ends with its standard input, so it never outlives a test.
 */
public class Wire {
  public static void main(String[] arguments) throws IOException {
    MongoServer server = new MongoServer(new MemoryBackend().version(new MongoVersion() {
      public List<Integer> getVersionArray() {
        return List.of(5, 0, 0, 0);
      }

      // The driver refuses the default of 8.
      public int getWireVersion() {
        return 13;
      }
    }));
    server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    System.out.println("listening " + server.getLocalAddress().getPort());
    while (System.in.read() >= 0) {}
    server.shutdownNow();
  }
}
