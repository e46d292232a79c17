package tickwatch.series.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkBenchTest {
  @TempDir Path directory;

  @Test
  void writesATableAndTwoPlotsWithTheNaiveLineInRed() throws IOException {
    Path out = directory.resolve("bench");
    List<String> said = new ArrayList<>();
    BulkBench bench = new BulkBench(new BulkBench.Config(out, 20_000, 1, 2, false), said::add);
    bench.run();
    List<String> table = Files.readAllLines(out.resolve("bulk-bench.csv"));

    assertThat(out.toFile().list())
        .containsExactlyInAnyOrder(
            "bulk-bench.csv",
            "bulk-bench.md",
            "throughput-by-threads.svg",
            "throughput-by-chunk.svg");
    assertThat(table.get(0)).isEqualTo("what,how,dtype,threads,chunk,median,min,max,rounds");
    assertThat(table)
        .anyMatch(line -> line.startsWith("generate,scalar,f4,2,"))
        .anyMatch(line -> line.startsWith("generate,vector,f4,2,"))
        .anyMatch(line -> line.startsWith("stl,scalar,f8,2,"))
        .anyMatch(line -> line.startsWith("naive both,java.util.Random,f8,1,"));
    assertThat(Files.readAllLines(out.resolve("bulk-bench.md")))
        .anyMatch(
            line ->
                line.matches("\\| generate and z-score, f4 \\| [0-9.]+ \\(.*\\) \\| [0-9.]+ .*"))
        .anyMatch(
            line ->
                line.matches("\\| stl, f8, period 200 \\| [0-9.]+ \\(.*\\) \\| \\| [0-9.]+ \\|"));
    for (String plot : new String[] {"throughput-by-threads.svg", "throughput-by-chunk.svg"}) {
      assertThat(Files.readString(out.resolve(plot)))
          .contains("stroke='#d62728'", "naive, one thread")
          .endsWith("</svg>\n");
    }
    assertThat(bench.sink()).isNotZero();
    assertThat(said).anyMatch(line -> line.startsWith("wrote "));
  }
}
