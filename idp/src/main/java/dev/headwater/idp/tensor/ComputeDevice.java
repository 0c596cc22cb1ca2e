package dev.headwater.idp.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;

/**
 * Where arrays live and are computed with. What Java and native code write in the same memory
 * (tables, weights in training) is always on the processor; an encoder that is only asked, and a
 * table's copy for searching, may be elsewhere.
 *
 * @param gpu number of the GPU, or {@value #PROCESSOR} for the processor
 */
public record ComputeDevice(int gpu) {
  private static final int PROCESSOR = -1;

  /** The processor. */
  public static final ComputeDevice CPU = new ComputeDevice(PROCESSOR);

  /**
   * Finds one by name.
   *
   * @param name {@code cpu}, {@code gpu}, {@code gpu:N}, or {@code auto}: a GPU where there is one
   * @throws IllegalArgumentException when there is no such device
   */
  public static ComputeDevice of(String name) {
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
    return gpu != PROCESSOR;
  }

  Device device() {
    return isGpu() ? Device.gpu(gpu) : Device.cpu();
  }

  @Override
  public String toString() {
    return isGpu() ? "gpu:" + gpu : "cpu";
  }
}
