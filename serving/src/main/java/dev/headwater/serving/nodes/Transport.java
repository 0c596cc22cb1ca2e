package dev.headwater.serving.nodes;

import java.util.concurrent.CompletableFuture;

/** Sends a question to another node. Thread-safe. */
@FunctionalInterface
public interface Transport {
  /**
   * Sends one.
   *
   * @param to the node
   * @param question what is asked
   * @return its answer's bytes; failed when it does not answer in time, or not as asked: with
   *     {@link dev.headwater.serving.shard.NotHereException} where it has not got what it was asked
   *     about
   */
  CompletableFuture<byte[]> send(Member to, Question question);

  /**
   * What is asked.
   *
   * @param kind names the call
   * @param body of the request
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call, never compared
  record Question(Kind kind, byte[] body) {}

  /** The calls that there are. */
  enum Kind {
    KNOWN("known"),
    FIND("find");

    private final String path;

    Kind(String path) {
      this.path = path;
    }

    /** Returns how it is called in a path. */
    public String path() {
      return path;
    }
  }
}
