package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.mapping.ForeignRecord;
import dev.headwater.mapping.Mapped;
import dev.headwater.mapping.Mapper;
import dev.headwater.mapping.Outcome;
import dev.headwater.mapping.SampleFile;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code map}: tries a mapping on samples, without Kafka and without a registry. */
@Command(
    name = "map",
    description = "Try a mapping: what each sample becomes, or why it is refused.",
    mixinStandardHelpOptions = true)
final class MapCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--sample",
      required = true,
      paramLabel = "FILE",
      description = "Records as JSON (one a line), CSV or an Avro file, .gz or not.")
  Path sample = Path.of("");

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Of which mapping; needed where several are declared.")
  @Nullable String topic;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  private final ObjectNode report = JsonReport.object();
  private final ArrayNode records = report.putArray("records");
  private int accepted;
  private int refused;
  private int leftOut;

  @Override
  public Integer call() throws IOException {
    DeclaredMapping declared = DeclaredMapping.of(common.config(), topic);
    Mapper mapper = declared.mapper();
    try (SampleFile file = declared.open(sample)) {
      while (file.hasNext()) {
        show(mapper, file.next());
      }
    } catch (SampleFile.UnreadableFileException e) {
      throw declared.unreadable(sample, e);
    }
    Output.line("%d accepted, %d refused, %d left out".formatted(accepted, refused, leftOut));
    if (json != null) {
      report.put("accepted", accepted).put("refused", refused).put("left_out", leftOut);
      JsonReport.write(json, report);
    }
    return refused == 0 && accepted > 0 ? 0 : 1;
  }

  private void show(Mapper mapper, ForeignRecord sampled) {
    ObjectNode record = records.addObject().put("sample", sampled.offset());
    try {
      Outcome outcome = mapper.map(sampled);
      if (outcome.leftOut() != null) {
        leftOut++;
        record.put("left_out", outcome.leftOut());
        Output.line(sampled.offset() + ": left out: " + outcome.leftOut());
        return;
      }
      accepted++;
      ArrayNode becomes = record.putArray("becomes");
      for (Mapped mapped : outcome.records()) {
        String value = text(mapped);
        becomes.addObject().put("key", mapped.key()).putRawValue("value", new RawValue(value));
        Output.line(sampled.offset() + ": " + mapped.key() + " " + value);
      }
    } catch (RejectedRecordException e) {
      refused++;
      record.put("reason", e.reason().code()).put("detail", e.detail());
      Output.line(sampled.offset() + ": refused: " + e.reason().code() + ": " + e.detail());
    }
  }

  private static String text(Mapped mapped) {
    byte[] value = mapped.value();
    return value == null ? "null" : new String(value, StandardCharsets.UTF_8);
  }
}
