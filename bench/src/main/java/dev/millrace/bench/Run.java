package dev.millrace.bench;

import java.util.concurrent.CompletableFuture;

/** A load in progress; both methods are called on the event loop. */
interface Run {

  /** Begins; the future is completed on the event loop. */
  CompletableFuture<Report> start();

  /** One line for the person who waits: how far, how fast. */
  String progress();
}
