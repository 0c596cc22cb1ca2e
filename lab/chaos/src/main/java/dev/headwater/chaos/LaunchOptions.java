package dev.headwater.chaos;

import java.util.List;

/** What {@code deploy/headwater} gives each JVM, tuned for many small ones on a few cores. */
public final class LaunchOptions {
  static final List<String> FIXED =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "-Dio.netty.tryReflectionSetAccessible=true",
          "-DOPT_OUT_TRACKING=true",
          "-Dai.djl.offline=true",
          // Torch threads spin: one each where several processes share the cores.
          "-Dai.djl.pytorch.num_threads=1",
          "-Dai.djl.pytorch.num_interop_threads=1");

  /**
   * The first compiler alone: a process is up sooner, and what it runs is slower for good. A
   * serving node stays with plain loops then, for it tries vectors before it uses them.
   */
  public static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

  private LaunchOptions() {}
}
