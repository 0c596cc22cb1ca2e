package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.HnswSourceIndex;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SourceIndex;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench match}: exact retrieval of source items against the HNSW graph. */
@Command(
    name = "match",
    description = "Exact retrieval of a bundle's items against HNSW: time a query, and recall.",
    mixinStandardHelpOptions = true)
final class BenchMatchCommand implements Callable<Integer> {
  private static final int MATCHES = 20;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "Data folder.")
  Path data = Path.of("");

  @Option(names = "--target", required = true, paramLabel = "T", description = "Whose texts ask.")
  String target = "";

  @Option(names = "--bundle", required = true, paramLabel = "BUNDLE", description = "Sources.")
  Path bundle = Path.of("");

  @Option(
      names = "--queries",
      converter = AtLeast.OneWhole.class,
      defaultValue = "500",
      paramLabel = "N",
      description = "Texts asked (default 500).")
  int queries = 500;

  @Override
  public Integer call() throws IOException {
    bench.begin();
    SourceBundle source = Bundles.open(bundle);
    float[][] texts = BenchOptions.texts(Datasets.load(data, target), source);
    texts = Arrays.copyOf(texts, Math.min(queries, texts.length));
    ItemPool exact = source.sourcePool();
    ObjectNode figures = JsonReport.object();
    figures.put("items", exact.size());
    figures.put("exact_ms_per_query_alone", msPerQuery(exact, texts, 1));
    figures.put("exact_ms_per_query_of_32", msPerQuery(exact, texts, 32));
    long start = System.nanoTime();
    HnswSourceIndex graph = HnswSourceIndex.of(exact, HnswSourceIndex.Config.defaults());
    figures.put("hnsw_build_s", (System.nanoTime() - start) / 1e9);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    graph.save(file);
    figures.put("hnsw_bytes_per_item", (double) file.size() / exact.size());
    figures.put("hnsw_ms_per_query", msPerQuery(graph, texts, 1));
    figures.put("hnsw_recall", graph.recall(exact, texts, MATCHES));
    bench.report(figures);
    return 0;
  }

  /** The second of two rounds: the first one warms up. */
  private static double msPerQuery(SourceIndex index, float[][] texts, int together) {
    double ms = 0;
    for (int round = 0; round < 2; round++) {
      long start = System.nanoTime();
      for (int from = 0; from < texts.length; from += together) {
        int to = Math.min(texts.length, from + together);
        index.nearest(Arrays.copyOfRange(texts, from, to), MATCHES);
      }
      ms = (System.nanoTime() - start) / 1e6 / texts.length;
    }
    return ms;
  }
}
