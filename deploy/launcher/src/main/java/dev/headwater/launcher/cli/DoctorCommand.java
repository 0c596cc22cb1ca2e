package dev.headwater.launcher.cli;

import dev.headwater.configuration.Home;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: checks what every part needs, and says what is missing or wrong. */
@Command(
    name = "doctor",
    description =
        "Check what every part needs: Java, disk, PyTorch, Kafka, topics, bundles. Exit 1 if"
            + " something is missing.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final long MIN_DISK_BYTES = 2L << 30;

  @Mixin CommonOptions common = new CommonOptions();

  private final List<String> problems = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    HeadwaterConfig config = common.config();
    ok("configuration", "every key is known");
    check("java", () -> javaVersion());
    check("disk", () -> disk());
    check("pytorch", () -> pytorch());
    check("bundles", () -> bundles(config.bundleDirectory()));
    check("kafka", () -> kafka(config));
    problems.forEach(problem -> Output.line("  wrong  " + problem));
    Output.line(problems.isEmpty() ? "all is well" : problems.size() + " problem(s)");
    return problems.isEmpty() ? 0 : 1;
  }

  private interface Check {
    String run() throws Exception;
  }

  private void check(String name, Check check) {
    try {
      ok(name, check.run());
    } catch (KafkaUnavailableException e) {
      problems.add(name + ": " + e.getMessage());
    } catch (Exception | LinkageError e) {
      problems.add(name + ": " + e);
    }
  }

  private static void ok(String name, String what) {
    Output.line("  ok     " + name + ": " + what);
  }

  private String javaVersion() {
    int feature = Runtime.version().feature();
    if (feature < 17) {
      problems.add("java: version 17 or later is needed, this is " + feature);
    }
    return Runtime.version().toString();
  }

  private String disk() throws IOException {
    long free = Files.getFileStore(Home.directory()).getUsableSpace();
    if (free < MIN_DISK_BYTES) {
      problems.add("disk: less than 2 GiB free at " + Home.directory());
    }
    return (free >> 30) + " GiB free";
  }

  private static String pytorch() {
    try (TextEncoder encoder = BertTextEncoder.miniLm()) {
      return "text encoder "
          + encoder.id()
          + " gives "
          + encoder.encode(List.of("a test"))[0].length
          + " values";
    }
  }

  private String bundles(Path directory) throws IOException {
    long published = 0;
    if (Files.isDirectory(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        published =
            entries
                .filter(entry -> !entry.getFileName().toString().startsWith("."))
                .filter(entry -> Files.isRegularFile(entry.resolve(BundleManifest.FILE)))
                .count();
      }
    }
    if (published == 0) {
      problems.add(
          "bundles: none published in " + directory + " (headwater pretrain, then publish)");
    }
    return published + " in " + directory;
  }

  private String kafka(HeadwaterConfig config) {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.check(config.topicLayout()).forEach(problem -> problems.add("topics: " + problem));
    }
    return "a broker answers at " + config.kafka().bootstrap();
  }
}
