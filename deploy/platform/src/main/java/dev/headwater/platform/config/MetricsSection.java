package dev.headwater.platform.config;

import java.net.InetSocketAddress;

/** Section {@code metrics}: where processes without HTTP of their own serve Prometheus text. */
public record MetricsSection(
    String host, int ingestPort, int coldStartPort, int fineTunePort, int storePort) {
  /** Checks the ports. */
  public MetricsSection {
    for (int port : new int[] {ingestPort, coldStartPort, fineTunePort, storePort}) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
      }
    }
  }

  /** Returns ingest's address. */
  public InetSocketAddress ingest() {
    return new InetSocketAddress(host, ingestPort);
  }

  /** Returns that of the launcher's {@code job cold-start}. */
  public InetSocketAddress coldStart() {
    return new InetSocketAddress(host, coldStartPort);
  }

  /** Returns that of the launcher's {@code job fine-tune}. */
  public InetSocketAddress fineTune() {
    return new InetSocketAddress(host, fineTunePort);
  }

  /** Returns the store's. */
  public InetSocketAddress store() {
    return new InetSocketAddress(host, storePort);
  }
}
