import Foundation
import Host
import TestSupport
import Testing

/// A plugin gets from the host what the header promises. Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil)) struct HostServiceTests {
  /// What a plugin sent through its services.
  final class Record {
    var lines: [String] = []
    var metrics: [String: Double] = [:]
  }

  private func services(_ record: Record) -> StrategyServices {
    var services = StrategyServices.serial
    services.log = { record.lines.append("\($0): \($1)") }
    services.metric = { record.metrics[$0] = $1 }
    services.parallelFor = { count, body in
      for start in stride(from: 0, to: count, by: 3) { body(start..<min(count, start + 3)) }
    }
    return services
  }

  /// Runs one step of `faulty.c` whose weights and metrics are what `code` makes them.
  private func answer(
    _ macros: [String], settings: [String] = [], count: Int = 8
  ) throws -> (weights: [Float], record: Record) {
    let record = Record()
    let weights = try FaultyPlugin.with(macros) { located in
      var instance = try StrategyInstance(
        located, settings: settings, setup: TrialRun.setup, services: services(record))
      return try TrialRun.step(&instance, TrialRun.Batch(count: count), step: 3).weights
    }
    return (weights, record)
  }

  @Test func setupAndParametersArrive() throws {
    let checks = """
      CREATE=const br_value *p = setup->params; \
      if (setup->struct_size != sizeof *setup || setup->param_count != 5 || setup->classes != 5 || \
      setup->features != 7 || setup->gradient_length != 12 || setup->training_samples != 1000 || \
      setup->largest_batch != 300 || setup->class_count[1] != 250 || setup->seed != 7 || \
      strcmp(setup->strategy_id, "faulty") || p[0].type != BR_PARAM_FLOAT || p[0].number != -0.25 || \
      p[1].integer != 9 || p[1].number != 9 || p[2].integer != 0 || strcmp(p[2].text, "a") || \
      p[3].integer != 1 || strcmp(p[4].text, "x=y")) return BR_ERROR_ARGUMENT; return BR_OK
      """
    let settings = ["gamma=-0.25", "steps=9", "mode=a", "loud=true", "label=x=y"]
    #expect(try answer([checks], settings: settings).weights.count == 8)
  }

  @Test func stepArrives() throws {
    let checks = """
      STEP=if (step->struct_size != sizeof *step || step->input_count != 2 || step->output_count != 1 || \
      step->batch != 8 || step->epoch != 0 || step->step != 3 || step->progress != 0.5 || \
      step->learning_rate != 0.1 || step->inputs[0].dtype != BR_F32 || step->inputs[0].rank != 1 || \
      step->inputs[0].shape[0] != 8 || step->inputs[0].shape[1] != 1 || step->inputs[1].data || \
      step->inputs[1].rank != 2 || step->inputs[1].shape[1] != 12 || \
      (uintptr_t)step->inputs[0].data % 64 || (uintptr_t)step->outputs[0].data % 64) return BR_ERROR_ARGUMENT
      """
    #expect(try answer([checks]).weights.count == 8)
  }

  @Test func logAndMetricsArriveAndOddOnesDoNot() throws {
    let code = """
      STEP=const br_host *h = step->host; h->log(h, BR_LOG_WARNING, "be\\x07ware"); h->metric(h, "mean/p", 2.5); \
      h->metric(h, "bad", NAN); h->metric(h, "a b", 1); h->metric(h, NULL, 1); h->log(h, 1, NULL)
      """
    let record = try answer([code]).record
    #expect(record.metrics == ["mean/p": 2.5])
    #expect(record.lines.first == "warning: beware")
    #expect(record.lines.count == 3)
  }

  @Test func scratchIsAlignedAndBounded() throws {
    let code = """
      STEP=const br_host *h = step->host; char *a = h->scratch(h, 100), *b = h->scratch(h, 1 << 20); \
      if (!a || !b || (uintptr_t)a % 64 || (uintptr_t)b % 64 || h->scratch(h, 10000000000u) || \
      h->scratch(h, UINT64_MAX)) return BR_ERROR_INTERNAL; memset(a, 1, 100); memset(b, 1, 1 << 20)
      """
    #expect(try answer([code]).weights.count == 8)
  }

  @Test func uniformIsTheSameAtTheSamePosition() throws {
    let code = """
      STEP=float one[9]; float two[4]; const br_host *h = step->host; h->uniform(h, 1, 0, one, 9); \
      h->uniform(h, 1, 5, two, 4); if (memcmp(one + 5, two, sizeof two)) return BR_ERROR_INTERNAL; \
      h->uniform(h, 2, 5, two, 4); if (!memcmp(one + 5, two, sizeof two)) return BR_ERROR_INTERNAL; \
      if (h->uniform(h, 1, 0, NULL, 3) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL
      """
    let drawn = [code, "WEIGHT(i)=one[i]"]
    let weights = try answer(drawn).weights
    #expect(weights.allSatisfy { $0 >= 0 && $0 < 1 } && Set(weights).count == 8)
    #expect(try answer(drawn).weights == weights)
  }

  @Test func productsAreRightForEveryLayout() throws {
    let code = """
      STEP=const br_host *h = step->host; float a[6] = {1, 2, 3, 4, 5, 6}; float b[6] = {1, 0, 2, 0, 1, 3}; \
      float c[4] = {NAN, NAN, NAN, NAN}; float d[9] = {0}; \
      if (h->sgemm(h, 0, 1, 2, 2, 3, 2, a, 3, b, 3, 0, c, 2)) return BR_ERROR_INTERNAL; \
      if (c[0] != 14 || c[1] != 22 || c[2] != 32 || c[3] != 46) return BR_ERROR_NUMERIC; \
      if (h->sgemm(h, 1, 0, 3, 3, 2, 1, a, 3, b, 3, 1, d, 3) || d[0] != 1 || d[5] != 19) return BR_ERROR_NUMERIC; \
      if (h->sgemm(h, 0, 0, 2, 2, 3, 1, a, 2, b, 2, 0, c, 2) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      if (h->sgemm(h, 0, 0, -1, 2, 3, 1, a, 3, b, 2, 0, c, 2) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      if (h->sgemm(h, 0, 0, 2, 2, 3, 1, NULL, 3, b, 2, 0, c, 2) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      int64_t huge = (int64_t)1 << 31; \
      if (h->sgemm(h, 0, 0, 0, 2, huge, 1, a, huge, b, 2, 0, c, 2) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      if (h->sgemm(h, 0, 0, 2, 2, 3, 1, a, 3, b, 2, 0, c, huge) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL
      """
    #expect(try answer([code]).weights.count == 8)
  }

  @Test func parallelForCoversEachIndexOnce() throws {
    let body = """
      AFTER=const br_host *h = step->host; h->parallel_for(h, step->batch, body, weight); \
      if (h->parallel_for(h, -1, body, weight) != BR_ERROR_ARGUMENT || h->parallel_for(h, 0, body, weight) || \
      h->parallel_for(h, 1, NULL, weight) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL
      """
    #expect(
      try answer([body, "PARALLEL_BODY", "WEIGHT(i)=0"], count: 17).weights == Array(repeating: 1, count: 17))
  }

  @Test func stateGoesThereAndBack() throws {
    let macros = [
      "STATEFUL",
      """
      SAVE=double x[6] = {1, 2, 3, 4, 5, 6}; br_view v = {x, BR_F64, 2, {2, 3, 1, 1}}; \
      if (host->put(host, "x", &v) || host->put(host, "x", &v) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      if (host->put(host, "__metadata__", &v) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      v.shape[0] = -1; if (host->put(host, "y", &v) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      v.shape[0] = INT64_MAX; if (host->put(host, "y", &v) != BR_ERROR_ARGUMENT) return BR_ERROR_INTERNAL; \
      v.dtype = 99; return host->put(host, "y", &v) == BR_ERROR_ARGUMENT ? BR_OK : BR_ERROR_INTERNAL
      """,
      """
      LOAD=br_view v; if (host->get(host, "y", &v) != BR_ERROR_STATE) return BR_ERROR_INTERNAL; \
      if (host->get(host, "x", &v) || v.dtype != BR_F64 || v.rank != 2 || v.shape[1] != 3 || \
      ((const double *)v.data)[5] != 6 || (uintptr_t)v.data % 64) return BR_ERROR_STATE; return BR_OK
      """,
      "STEP=br_view v; if (step->host->get(step->host, \"x\", &v) != BR_ERROR_STATE) return BR_ERROR_INTERNAL",
    ]
    try FaultyPlugin.with(macros) { located in
      var instance = try StrategyInstance(located, setup: TrialRun.setup)
      let state = try instance.saveState()
      #expect(state.map(\.name) == ["x"] && state.first?.shape == [2, 3] && state.first?.bytes.count == 48)
      try instance.loadState(state)
      _ = try TrialRun.step(&instance, TrialRun.Batch(count: 2))
    }
  }

  @Test func instanceIsDestroyedOnceWithItsValue() throws {
    let macros = [
      "CREATE=*instance = strdup(setup->params[4].text); return BR_OK",
      "DESTROY=if (unlink(instance)) abort(); free(instance)",
    ]
    try Repository.withTemporaryFolder { folder in
      let mark = folder.appendingPathComponent("alive")
      try Data().write(to: mark)
      try FaultyPlugin.with(macros) { located in
        do {
          var instance = try StrategyInstance(
            located, settings: ["label=\(mark.path)"], setup: TrialRun.setup)
          _ = try TrialRun.step(&instance, TrialRun.Batch(count: 1))
          #expect(FileManager.default.fileExists(atPath: mark.path))
        }
        #expect(!FileManager.default.fileExists(atPath: mark.path))
      }
    }
  }
}
