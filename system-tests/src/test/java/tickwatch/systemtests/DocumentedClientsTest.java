package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kx.c;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What README.md and docs/clients.md show of Java, node and q is run as it stands there, but for
 * the ports and for a line that looks at the outcome.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String ANOMALY =
      ".u.upd[`anomaly;(.z.p;`omi;`test;`a1;`open;.z.p;0.5;2f;1f;`spike;`c00;1f;0.5;0.4;0.6;"
          + "enlist`c00;enlist 1f;1f;`var;enlist\"c00\")]";

  private Path directory;
  private TickSystem system;

  @BeforeAll
  void start(@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path temporaryDirectory)
      throws Exception {
    directory = temporaryDirectory;
    Path schema = directory.resolve("documented.q");
    Files.writeString(
        schema,
        Files.readString(TickSystem.PROJECT.resolve("schemas/server.q"))
            + "\npump:([]time:`timestamp$();sym:`symbol$();pressure:`float$())\n");
    system = new TickSystem(directory);
    system.tickerplant(schema);
    system.rdb();
    system.ask("tickerplant", ".u.upd[`server;enlist[`omi`omi`eta],19#enlist 1 2 3f]");
    system.awaitRows("server", 3);
  }

  @AfterAll
  void stop() {
    system.close();
  }

  @Test
  void java() throws Exception {
    List<String> snippets = new ArrayList<>(blocks("README.md", "java"));
    snippets.addAll(blocks("docs/clients.md", "java"));
    assertThat(snippets).hasSize(3);
    for (String snippet : snippets) {
      List<Object> seen = new CopyOnWriteArrayList<>();
      if (snippet.contains("while (true)")) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread reader =
            new Thread(
                () -> {
                  try {
                    run(snippet.replaceAll("\\}\\s*$", "seen.add(upd); }"), seen);
                  } catch (Exception e) {
                    failure.set(e);
                  }
                });
        reader.setDaemon(true);
        reader.start();
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  assertThat(failure.get()).isNull();
                  system.ask("tickerplant", ANOMALY);
                  return !seen.isEmpty();
                });
        assertThat((Object[]) seen.get(0)).startsWith("upd", "anomaly");
      } else {
        run(snippet + "\nseen.add(rows);", seen);
        assertThat(((c.Flip) seen.get(0)).x).startsWith("time", "sym", "c00");
      }
    }
  }

  @Test
  void javaPublishes() throws Exception {
    Matcher publish =
        Pattern.compile("`(tickerplant\\.ks\\(.*?)`").matcher(text("docs/clients.md"));
    assertThat(publish.find()).isTrue();

    run(
        "com.kx.c tickerplant = new com.kx.c(\"localhost\", 5010);\n"
            + publish.group(1)
            + "; tickerplant.k(\"\"); tickerplant.close();",
        List.of());

    system.awaitRows("(select from pump where sym=`north,pressure=3.2)", 1);
  }

  @Test
  void node() throws Exception {
    Path client = TickSystem.PROJECT.resolve("system-tests/target/node");
    assumeTrue(
        Files.isDirectory(client.resolve("node_modules/node-q")),
        "node-q is not installed (scripts/test.sh does that where npm is)");
    List<String> snippets = new ArrayList<>(blocks("README.md", "js"));
    snippets.addAll(blocks("docs/clients.md", "js"));
    assertThat(snippets).hasSize(2);
    for (String snippet : snippets) {
      Path script = Files.createTempFile(client, "documented", ".js");
      Path output = directory.resolve(script.getFileName() + ".out");
      Files.writeString(script, withPorts(snippet));
      Process process =
          new ProcessBuilder("node", script.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        boolean subscribes = snippet.contains(".u.sub");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  system.ask("tickerplant", ANOMALY);
                  assertThat(Files.readString(output))
                      .contains("sym: 'eta', x: 1")
                      .contains(subscribes ? "anomaly [" : "");
                });
      } finally {
        process.destroyForcibly();
        Files.delete(script);
      }
    }
  }

  @Test
  void qTextsOfAllLanguages() throws Exception {
    c rdb = new c("localhost", system.port("rdb"));
    try {
      Matcher texts =
          Pattern.compile("(?:h|q\\(|sendSync\\(|\\.k\\()\"([^\"]+)\"(\\)|\\n|, )")
              .matcher(text("README.md") + text("docs/clients.md"));
      int asked = 0;
      while (texts.find()) {
        String q = texts.group(1);
        if (q.startsWith(".u.sub")) {
          continue;
        }
        Object answer = q.startsWith("{[s;n]") ? rdb.k(q, "omi-1", 100L) : rdb.k(q);
        assertThat(answer).as(q).isInstanceOfAny(c.Flip.class, c.Dict.class);
        asked++;
      }
      assertThat(asked).isGreaterThan(7);
      Matcher applied =
          Pattern.compile("(?m)^h\\((\\{.*});`\\$\"(.*)\"\\)$").matcher(text("docs/clients.md"));
      assertThat(applied.find()).isTrue();
      assertThat(rdb.k(applied.group(1), applied.group(2))).isInstanceOf(c.Flip.class);
    } finally {
      rdb.close();
    }
  }

  private static String text(String file) throws java.io.IOException {
    return Files.readString(TickSystem.PROJECT.resolve(file));
  }

  /** The file's code of a language. */
  private static List<String> blocks(String file, String language) throws java.io.IOException {
    Matcher block =
        Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL).matcher(text(file));
    List<String> out = new ArrayList<>();
    while (block.find()) {
      out.add(block.group(1));
    }
    return out;
  }

  private String withPorts(String snippet) {
    return snippet
        .replace("5010", String.valueOf(system.port("tickerplant")))
        .replace("5011", String.valueOf(system.port("rdb")));
  }

  /** Compiles statements, and runs them. */
  private void run(String statements, List<Object> seen) throws Exception {
    Path folder = Files.createTempDirectory(directory, "java");
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        "public class Snippet { public static void run(java.util.List<Object> seen) throws"
            + " Exception {\n"
            + withPorts(statements)
            + "\n}}");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(
            compiler.run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString()))
        .as(statements)
        .isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      loader.loadClass("Snippet").getMethod("run", List.class).invoke(null, seen);
    }
  }
}
