package dev.headwater.idp.evaluate;

import dev.headwater.idp.text.TextEncoder;
import java.util.List;

/** A thing's text vector is its place on the circle. */
public final class CircleEncoder implements TextEncoder {
  @Override
  public String id() {
    return "circle";
  }

  @Override
  public int dim() {
    return 2;
  }

  @Override
  public float[][] encode(List<String> texts) {
    return texts.stream()
        .mapToDouble(
            text ->
                Integer.parseInt("0" + text.replaceAll("\\D", "")) * 2 * Math.PI / Circles.ITEMS)
        .mapToObj(angle -> new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
        .toArray(float[][]::new);
  }

  @Override
  public void close() {}
}
