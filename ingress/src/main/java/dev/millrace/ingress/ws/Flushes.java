package dev.millrace.ingress.ws;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Links that have something to flush: each once, when the loop's turn is over. On their loop. */
final class Flushes implements Runnable {

  private final Executor afterTurn;
  private final List<FrameLink> waiting = new ArrayList<>();

  /**
   * @param afterTurn runs what it is given on the loop, after what runs now
   */
  Flushes(Executor afterTurn) {
    this.afterTurn = afterTurn;
  }

  void add(FrameLink link) {
    if (waiting.isEmpty()) {
      afterTurn.execute(this);
    }
    waiting.add(link);
  }

  @Override
  public void run() {
    // By number: a flush that makes room makes others speak, who are then flushed too.
    for (int i = 0; i < waiting.size(); i++) {
      waiting.get(i).flush();
    }
    waiting.clear();
  }
}
