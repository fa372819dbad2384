//! AdamW (Loshchilov and Hutter 2019) with float32 weights behind the network's own, and state that can be saved.

use std::collections::HashMap;

use tch::{Kind, Tensor};

/// One trained tensor.
struct Parameter {
    name: String,
    /// What each replica of the network computes with; bfloat16 or float32.
    live: Vec<Tensor>,
    /// The weights themselves, float32.
    master: Tensor,
    first: Tensor,
    second: Tensor,
    /// Of the step at hand.
    gradient: Tensor,
    /// Factor on the learning rate.
    rate: f64,
    decay: f64,
}

impl Parameter {
    /// Sums the replicas' gradients into `self.gradient`.
    fn gather(&mut self) -> &Tensor {
        let mut sum = self.master.zeros_like();
        for live in &self.live {
            let grad = live.grad();
            if grad.defined() {
                sum += grad.to_kind(Kind::Float);
            }
        }
        self.gradient = sum;
        &self.gradient
    }

    fn update(&mut self, learning_rate: f64, scale: f64, bias1: f64, bias2: f64) {
        let rate = learning_rate * self.rate;
        let grad = self.gradient.g_mul_scalar_(scale);
        let _ = self.first.lerp_(&grad, 1.0 - BETA1);
        let _ = self.second.g_mul_scalar_(BETA2);
        let _ = self.second.addcmul_(&grad, &grad.g_mul_scalar(1.0 - BETA2));
        let denominator = self.second.sqrt().g_div_scalar_(bias2.sqrt()).g_add_scalar_(EPSILON);
        if self.decay > 0.0 {
            let _ = self.master.g_mul_scalar_(1.0 - rate * self.decay);
        }
        let _ = self.master.addcdiv_(&self.first.g_mul_scalar(-rate / bias1), &denominator);
        self.share();
    }

    fn share(&mut self) {
        for live in &mut self.live {
            live.copy_(&self.master);
        }
    }
}

/// Does `work` on every parameter, on as many threads as there are replicas.
fn in_parallel<T: Send>(parameters: &mut [Parameter], work: impl Fn(&mut Parameter) -> T + Sync) -> Vec<T> {
    let threads = parameters.first().map_or(1, |p| p.live.len().max(1));
    let chunk = parameters.len().div_ceil(threads).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let handles: Vec<_> = parameters
            .chunks_mut(chunk)
            .map(|part| scope.spawn(move || tch::no_grad(|| part.iter_mut().map(work).collect::<Vec<_>>())))
            .collect();
        handles
            .into_iter()
            .flat_map(|h| h.join().expect("the optimiser's arithmetic does not panic"))
            .collect()
    })
}

/// The optimiser of all parameters.
pub struct AdamW {
    parameters: Vec<Parameter>,
    steps: i32,
}

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.98;
const EPSILON: f64 = 1e-6;
const CLIP: f64 = 1.0;

impl AdamW {
    /// No parameters yet.
    pub fn new() -> AdamW {
        AdamW { parameters: Vec::new(), steps: 0 }
    }

    /// Trains a tensor, of which each replica has one, with `rate` times the learning rate. Matrices decay, vectors
    /// do not. The weights begin as `master`.
    pub fn add(&mut self, name: String, master: &Tensor, live: Vec<Tensor>, rate: f64) {
        let master = tch::no_grad(|| master.detach().to_kind(Kind::Float).copy());
        let decay = if master.dim() > 1 { 0.01 } else { 0.0 };
        let (first, second) = (master.zeros_like(), master.zeros_like());
        let live = live.into_iter().map(|t| t.set_requires_grad(true)).collect();
        let mut parameter =
            Parameter { name, live, gradient: master.zeros_like(), master, first, second, rate, decay };
        // Replicas drew their own random heads; all go on from the same.
        tch::no_grad(|| parameter.share());
        self.parameters.push(parameter);
    }

    /// One step along the sum of the replicas' gradients, which are cleared. The sum is clipped to a joint norm of 1.
    pub fn step(&mut self, learning_rate: f64) {
        self.steps += 1;
        let bias1 = 1.0 - BETA1.powi(self.steps);
        let bias2 = 1.0 - BETA2.powi(self.steps);
        let square: f64 =
            in_parallel(&mut self.parameters, |p| p.gather().square().sum(Kind::Float).double_value(&[]))
                .iter()
                .sum();
        let norm = square.sqrt();
        let scale = (CLIP / (norm + 1e-6)).min(1.0);
        in_parallel(&mut self.parameters, |p| {
            // A batch whose gradient overflowed is passed over.
            if norm.is_finite() {
                p.update(learning_rate, scale, bias1, bias2);
            }
            p.live.iter_mut().for_each(Tensor::zero_grad);
        });
    }

    /// The float32 weights by name.
    pub fn weights(&self) -> HashMap<String, Tensor> {
        self.parameters.iter().map(|p| (p.name.clone(), p.master.shallow_clone())).collect()
    }

    /// Everything that a resumed training needs, by name.
    pub fn state(&self) -> Vec<(String, Tensor)> {
        let mut state = vec![("steps".to_string(), Tensor::from_slice(&[self.steps]))];
        for p in &self.parameters {
            state.push((p.name.clone(), p.master.shallow_clone()));
            state.push((format!("{}.first", p.name), p.first.shallow_clone()));
            state.push((format!("{}.second", p.name), p.second.shallow_clone()));
        }
        state
    }

    /// Puts back what [`AdamW::state`] gave; false where a tensor is missing.
    pub fn restore(&mut self, state: &HashMap<String, Tensor>) -> bool {
        let Some(steps) = state.get("steps") else { return false };
        self.steps = steps.int64_value(&[0]) as i32;
        tch::no_grad(|| {
            self.parameters.iter_mut().all(|p| {
                let tensors = (
                    state.get(&p.name),
                    state.get(&format!("{}.first", p.name)),
                    state.get(&format!("{}.second", p.name)),
                );
                let (Some(master), Some(first), Some(second)) = tensors else { return false };
                p.master.copy_(master);
                p.first.copy_(first);
                p.second.copy_(second);
                p.share();
                true
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn finds_a_minimum_and_resumes_where_it_stopped() {
        let target = Tensor::from_slice(&[1.0f32, -2.0, 3.0]);
        let run = |from: usize, to: usize, optimizer: &mut AdamW, x: &Tensor| {
            for _ in from..to {
                (x - &target).square().sum(Kind::Float).backward();
                optimizer.step(0.05);
            }
        };
        let start = || Tensor::zeros([3], (Kind::Float, Device::Cpu));
        let (whole, mut optimizer) = (start(), AdamW::new());
        optimizer.add("x".into(), &whole, vec![whole.shallow_clone()], 1.0);
        run(0, 400, &mut optimizer, &whole);
        assert!((&whole - &target).abs().max().double_value(&[]) < 0.05);

        let (first, mut before) = (start(), AdamW::new());
        before.add("x".into(), &first, vec![first.shallow_clone()], 1.0);
        run(0, 150, &mut before, &first);
        let state: HashMap<String, Tensor> = before.state().into_iter().map(|(n, t)| (n, t.copy())).collect();
        let (second, mut after) = (start(), AdamW::new());
        after.add("x".into(), &second, vec![second.shallow_clone()], 1.0);
        assert!(after.restore(&state));
        run(150, 400, &mut after, &second);
        assert!((&whole - &second).abs().max().double_value(&[]) < 1e-6);
    }
}
