package dev.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of a cluster's nodes, without a node that runs. */
class BrokerNodeTest {
  @TempDir Path folder;

  private static BrokerNode.Cluster cluster(int nodes) {
    return new BrokerNode.Cluster(
        Uuid.randomUuid().toString(),
        IntStream.range(0, nodes).mapToObj(i -> 20_000 + i).toList(),
        IntStream.range(0, nodes).mapToObj(i -> 30_000 + i).toList());
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return properties;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 2, 2", "3, 3, 2", "5, 3, 2"})
  void aWriteCountsWhenTwoOfAtMostThreeCopiesHaveIt(int nodes, String copies, String inSync)
      throws IOException {
    Properties p = read(BrokerNode.prepare(cluster(nodes), 1, folder.resolve("n" + nodes)).file());
    assertThat(p.getProperty("default.replication.factor")).isEqualTo(copies);
    assertThat(p.getProperty("offsets.topic.replication.factor")).isEqualTo(copies);
    assertThat(p.getProperty("transaction.state.log.replication.factor")).isEqualTo(copies);
    assertThat(p.getProperty("min.insync.replicas")).isEqualTo(inSync);
    assertThat(p.getProperty("transaction.state.log.min.isr")).isEqualTo(inSync);
  }

  @Test
  void everyNodeListensOnItsOwnPortsAndKnowsAllVoters() throws IOException {
    BrokerNode.Cluster three = cluster(3);
    Set<String> listeners = new HashSet<>();
    Set<String> voters = new HashSet<>();
    Set<String> clusters = new HashSet<>();
    for (int number = 1; number <= 3; number++) {
      Path own = folder.resolve("node-" + number);
      BrokerNode node = BrokerNode.prepare(three, number, own);
      Properties p = read(node.file());
      assertThat(node.port()).isEqualTo(20_000 + number - 1);
      assertThat(p.getProperty("node.id")).isEqualTo("" + number);
      assertThat(p.getProperty("log.dirs")).startsWith(own.toString());
      assertThat(p.getProperty("advertised.listeners")).endsWith(":" + node.port());
      listeners.addAll(List.of(p.getProperty("listeners").split(",", -1)));
      voters.add(p.getProperty("controller.quorum.voters"));
      clusters.add(read(own.resolve("log/meta.properties")).getProperty("cluster.id"));
    }
    assertThat(listeners).as("no port twice").hasSize(6);
    assertThat(voters).containsExactly("1@127.0.0.1:30000,2@127.0.0.1:30001,3@127.0.0.1:30002");
    assertThat(clusters).containsExactly(three.id());
    assertThat(three.bootstrap()).isEqualTo("127.0.0.1:20000,127.0.0.1:20001,127.0.0.1:20002");
  }

  @Test
  void storageThatIsThereIsNotFormattedAgain() throws IOException {
    BrokerNode.Cluster one = cluster(1);
    BrokerNode.prepare(one, 1, folder);
    Path meta = folder.resolve("log/meta.properties");
    String before = Files.readString(meta);
    Files.writeString(folder.resolve("log/kept"), "data");
    BrokerNode.prepare(one, 1, folder);
    assertThat(meta).hasContent(before);
    assertThat(folder.resolve("log/kept")).hasContent("data");
  }
}
