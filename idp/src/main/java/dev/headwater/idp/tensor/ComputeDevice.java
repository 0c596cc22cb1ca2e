package dev.headwater.idp.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Pattern;

/**
 * Where arrays live and are computed with. Tables, and weights that are trained, are written by
 * Java and stand on the processor, in memory that native code shares; a frozen encoder, the rows
 * that it is given, and a table's copy for searching may be elsewhere.
 *
 * @param gpu number of the GPU, {@value #PROCESSOR} for the processor, {@value #COPIES} for {@link
 *     #APART}
 */
public record ComputeDevice(int gpu) {
  private static final int PROCESSOR = -1;
  private static final int COPIES = -2;
  private static final Pattern NAMES = Pattern.compile("auto|cpu|cpu-apart|gpu(:[0-9])?");

  /** The processor. */
  public static final ComputeDevice CPU = new ComputeDevice(PROCESSOR);

  /**
   * A stand-in for a GPU: it computes on the processor, but shares no memory with Java, so that
   * whoever writes where only a copy was taken from is found without a GPU.
   */
  public static final ComputeDevice APART = new ComputeDevice(COPIES);

  /**
   * Checks the form of a name, of a device that may be another machine's.
   *
   * @throws IllegalArgumentException when no device has such a name anywhere
   */
  public static String requireName(String name) {
    if (!NAMES.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "device must be auto, cpu, gpu or gpu:N, not '" + name + "'");
    }
    return name;
  }

  /**
   * Finds one by name.
   *
   * @param name {@code cpu}, {@code gpu}, {@code gpu:N}, {@code auto} (a GPU where there is one) or
   *     {@code cpu-apart}, {@link #APART}
   * @throws IllegalArgumentException when there is no such device
   */
  public static ComputeDevice of(String name) {
    if (name.equals("cpu-apart")) {
      return APART;
    }
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return CPU;
    }
    int number = name.startsWith("gpu:") ? Integer.parseInt(name.substring(4)) : 0;
    if (number >= gpus) {
      throw new IllegalArgumentException(
          "device " + name + " is not there; this process sees " + gpus + " GPUs");
    }
    return new ComputeDevice(number);
  }

  /** Whether it is a GPU. */
  public boolean isGpu() {
    return gpu >= 0;
  }

  /** Whether Java and native code may read and write the same memory. */
  public boolean sharesMemory() {
    return gpu == PROCESSOR;
  }

  Device device() {
    return isGpu() ? Device.gpu(gpu) : Device.cpu();
  }

  @Override
  public String toString() {
    return isGpu() ? "gpu:" + gpu : sharesMemory() ? "cpu" : "cpu-apart";
  }
}
