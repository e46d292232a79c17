package tickwatch.systemtests;

import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** A subscriber to the table {@code junk} that notes its rows, and ends of days, as they come. */
final class Follower implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final c connection;
  private final Thread thread;
  private final List<String> happened = new ArrayList<>();

  /**
   * @param from the date from whose log on it wants everything; empty for what is to come
   */
  Follower(int port, String from) {
    try {
      connection = new c("localhost", port);
      if (from.isEmpty()) {
        connection.k(".u.sub", "junk", "");
      } else {
        connection.k(".u.subfrom", "junk", "", new Object[] {LocalDate.parse(from), 0L});
      }
    } catch (c.KException | IOException e) {
      throw new IllegalStateException("no subscription", e);
    }
    thread = new Thread(this::read, "follower");
    thread.start();
  }

  private void read() {
    try {
      while (true) {
        note((Object[]) connection.k());
      }
    } catch (c.KException | IOException e) {
      note("closed");
    }
  }

  private void note(Object[] message) {
    if (message[0].equals(".u.end")) {
      note("end " + message[1]);
      return;
    }
    for (double number : (double[]) ((c.Flip) message[2]).at("number")) {
      note("row " + (long) number);
    }
  }

  private synchronized void note(String what) {
    happened.add(what);
  }

  /** In their order: {@code row n} and {@code end yyyy-mm-dd}. */
  synchronized List<String> happened() {
    return List.copyOf(happened);
  }

  void awaitEnd(String date) {
    awaitThat("end " + date);
  }

  void awaitRow(long number) {
    awaitThat("row " + number);
  }

  private void awaitThat(String what) {
    await(what).atMost(PATIENCE).until(() -> happened().contains(what));
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
