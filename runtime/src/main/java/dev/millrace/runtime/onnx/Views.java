package dev.millrace.runtime.onnx;

import dev.millrace.runtime.image.Picture;
import dev.millrace.runtime.image.Placement;
import java.util.Collections;
import java.util.List;

/**
 * What the model saw of each picture, so that boxes can be taken back.
 *
 * @param placements one a picture
 * @param width of the model's input, pixels
 * @param height of the model's input, pixels
 */
record Views(List<Placement> placements, int width, int height) {

  static Views of(List<Picture> pictures) {
    Picture one = pictures.getFirst();
    return new Views(pictures.stream().map(Picture::placement).toList(), one.width(), one.height());
  }

  /** Of bare tensors: boxes stay in pixels of the input. */
  static Views bare(int rows, int width, int height) {
    return new Views(Collections.nCopies(rows, Placement.untouched(width, height)), width, height);
  }
}
