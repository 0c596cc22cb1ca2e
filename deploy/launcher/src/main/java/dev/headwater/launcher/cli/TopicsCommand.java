package dev.headwater.launcher.cli;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code topics create|check}: makes the topics with the right settings, or compares them. */
@Command(
    name = "topics",
    description = "Create Headwater's topics, or compare them with what they should be.")
final class TopicsCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "create",
      description = "Create the topics that are missing; leave the others alone.",
      mixinStandardHelpOptions = true)
  int create(@Mixin CommonOptions options) {
    HeadwaterConfig config = options.config();
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      List<String> created = admin.create(config.topicLayout());
      created.forEach(name -> Output.line("created " + name));
      Output.line(created.isEmpty() ? "all topics exist" : created.size() + " topics created");
    }
    return 0;
  }

  @Command(
      name = "check",
      description = "Say what is missing or set up otherwise; exit 1 if something is.",
      mixinStandardHelpOptions = true)
  int check(@Mixin CommonOptions options) {
    HeadwaterConfig config = Found.config(options);
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      List<String> problems = admin.check(config.topicLayout());
      problems.forEach(Output::line);
      Output.line(
          problems.isEmpty() ? "all topics are as they should be" : problems.size() + " problems");
      return problems.isEmpty() ? 0 : 1;
    }
  }

  @Command(
      name = "strimzi",
      description =
          "Print the topics and the user as KafkaTopic and KafkaUser objects for the Strimzi"
              + " operator. Asks no broker.",
      mixinStandardHelpOptions = true)
  int strimzi(
      @Mixin CommonOptions options,
      @Option(
              names = "--cluster",
              required = true,
              paramLabel = "NAME",
              description = "The Kafka object that they belong to.")
          String cluster,
      @Option(
              names = "--user",
              defaultValue = "headwater",
              paramLabel = "NAME",
              description = "The KafkaUser's name (default ${DEFAULT-VALUE}).")
          String user,
      @Option(
              names = "--authentication",
              defaultValue = "scram-sha-512",
              paramLabel = "TYPE",
              description = "scram-sha-512 or tls (default ${DEFAULT-VALUE}).")
          String authentication) {
    HeadwaterConfig config = options.config();
    spec.commandLine()
        .getOut()
        .print(
            StrimziManifests.of(
                config.kafka(),
                config.topicLayout(),
                config.ingest(),
                new StrimziManifests.Installation(cluster, user, authentication)));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
