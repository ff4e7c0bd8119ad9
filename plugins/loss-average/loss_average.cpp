// Weighs each sample by the moving average of its loss, so that one lucky step does not hide a hard sample:
// a plugin in C++ with state that is saved with the run.

#include <brhost_plugin.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

namespace {

// Thrown inside; `guarded` turns it into a status and a text.
struct Failure {
  int32_t status;
  std::string text;
};

class LossAverage {
 public:
  explicit LossAverage(const br_setup &setup)
      : decay(setup.params[0].number), averages(setup.training_samples), seen(setup.training_samples) {}

  int32_t step(const br_step &step) {
    const auto *loss = static_cast<const float *>(step.inputs[0].data);
    const auto *id = static_cast<const int64_t *>(step.inputs[1].data);
    auto *weight = static_cast<float *>(step.outputs[0].data);

    double sum = 0;
    for (int64_t i = 0; i < step.batch; i++) {
      float average = updated(id[i], loss[i]);
      weight[i] = std::max(average, 0.0f);  // a loss of the run's own may be negative, a weight may not
      sum += weight[i];
    }
    if (sum == 0) return BR_UNIFORM;
    for (int64_t i = 0; i < step.batch; i++) weight[i] = static_cast<float>(weight[i] / sum);
    return BR_OK;
  }

  int32_t save(const br_host *host) const {
    int64_t count = static_cast<int64_t>(averages.size());
    br_view views[] = {
        {averages.data(), BR_F32, 1, {count, 1, 1, 1}},
        {seen.data(), BR_U8, 1, {count, 1, 1, 1}},
    };
    int32_t status = br_put(host, "average", &views[0]);
    return status == BR_OK ? br_put(host, "seen", &views[1]) : status;
  }

  // Both tensors are read and looked at before either is taken: a failure leaves the instance as it was.
  int32_t load(const br_host *host) {
    auto newAverages = tensor<float>(host, "average", BR_F32);
    auto newSeen = tensor<uint8_t>(host, "seen", BR_U8);
    for (float average : newAverages) {
      if (!std::isfinite(average)) throw Failure{BR_ERROR_STATE, "'average' holds what is no finite number"};
    }
    averages.swap(newAverages);
    seen.swap(newSeen);
    return BR_OK;
  }

 private:
  // The average of a sample with this loss taken in; the first loss is the average.
  float updated(int64_t id, float loss) {
    if (id < 0 || id >= static_cast<int64_t>(averages.size())) {
      throw Failure{BR_ERROR_ARGUMENT, "there is no training sample " + std::to_string(id)};
    }
    if (!std::isfinite(loss)) {
      throw Failure{BR_ERROR_NUMERIC, "the loss of training sample " + std::to_string(id) + " is not finite"};
    }
    double before = seen[id] ? averages[id] : loss;
    seen[id] = 1;
    return averages[id] = static_cast<float>(decay * before + (1 - decay) * loss);
  }

  // A copy of a saved tensor with one element a training sample.
  template <typename Element>
  std::vector<Element> tensor(const br_host *host, const char *name, uint32_t dtype) const {
    br_view view;
    int64_t count = static_cast<int64_t>(averages.size());
    bool isThere = br_get(host, name, &view) == BR_OK;
    if (!isThere || view.dtype != dtype || view.rank != 1 || view.shape[0] != count) {
      auto wanted = " with " + std::to_string(count) + " elements, one a training sample";
      throw Failure{BR_ERROR_STATE, std::string("expected a tensor '") + name + "'" + wanted};
    }
    const auto *data = static_cast<const Element *>(view.data);
    return std::vector<Element>(data, data + count);
  }

  double decay;
  std::vector<float> averages;  // [training samples]
  std::vector<uint8_t> seen;    // [training samples], 0 until the first loss
};

// No exception may leave the library: whatever `body` throws becomes a status, with its text for the host.
template <typename Body>
int32_t guarded(const br_host *host, Body body) noexcept {
  try {
    return body();
  } catch (const Failure &failure) {
    return br_error(host, failure.status, failure.text.c_str());
  } catch (const std::exception &error) {  // std::bad_alloc is one
    return br_error(host, BR_ERROR_INTERNAL, error.what());
  } catch (...) {
    return br_error(host, BR_ERROR_INTERNAL, "an exception of an unknown kind");
  }
}

LossAverage &self(void *instance) { return *static_cast<LossAverage *>(instance); }

int32_t create(const br_setup *setup, void **instance) {
  return guarded(setup->host, [&] {
    *instance = new LossAverage(*setup);
    return BR_OK;
  });
}

int32_t step(void *instance, const br_step *step) {
  return guarded(step->host, [&] { return self(instance).step(*step); });
}

void destroy(void *instance) { delete static_cast<LossAverage *>(instance); }

int32_t save(void *instance, const br_host *host) {
  return guarded(host, [&] { return self(instance).save(host); });
}

int32_t load(void *instance, const br_host *host) {
  return guarded(host, [&] { return self(instance).load(host); });
}

const br_strategy table = {sizeof table, 0, create, step, destroy, save, load};

}  // namespace

const char *br_manifest_v1() {
  return R"({
    "brhost": 1,
    "strategies": [{
      "id": "loss-average", "version": "1.0.0", "name": "Loss average",
      "summary": "Weighs each sample by the moving average of its loss.",
      "inputs": [{"name": "loss"}, {"name": "sample_id"}],
      "outputs": ["weight"],
      "params": [{"name": "decay", "type": "float", "default": 0.9, "min": 0, "max": 0.999,
                  "help": "Share of the average that a new loss leaves."}],
      "deterministic": true, "equivariant": true, "state": true
    }]
  })";
}

const br_strategy *br_strategy_v1(const char *id) {
  return std::strcmp(id, "loss-average") == 0 ? &table : nullptr;
}
