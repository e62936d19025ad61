//! NumPy's arrays, masked arrays, scalars and dtypes, with every NumPy found.

use half::f16;
use ndarray::{ArrayD, IxDyn, ShapeBuilder as _};
use num_complex::{Complex32, Complex64};
use pickle_core::types::numpy::{
    ByteOrder, Dtype, Element, MaskedArray, Missing, NdArray, ObjectArray, Order, Scalar, Text,
    Type,
};
use pickle_tests::python::with_numpy;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::spelled::{Spelled, bytes, listed};
use crate::strategies as any_;
use crate::{PY3, Peers};

impl Spelled for Dtype {
    fn python(&self) -> String {
        let shape = |shape: &[usize]| shape.to_vec().python();
        match self.kind() {
            Type::Structure(structure) => {
                let fields = structure.fields.iter().map(|field| {
                    let name = match &field.title {
                        Some(title) => format!("({}, {})", title.python(), field.name.python()),
                        None => field.name.python(),
                    };
                    format!("({name}, {})", field.dtype.python())
                });
                format!("np.dtype([{}])", fields.collect::<Vec<_>>().join(", "))
            }
            Type::Subarray(base, axes) => {
                format!("np.dtype(({}, tuple({})))", base.python(), shape(axes))
            }
            Type::Text(Text { coerce, missing }) => {
                let missing = match missing {
                    Missing::None => ", na_object=None".to_owned(),
                    Missing::NaN => ", na_object=float('nan')".to_owned(),
                    Missing::Text(text) => format!(", na_object={}", text.python()),
                    _ => String::new(),
                };
                format!("np.dtypes.StringDType(coerce={}{missing})", coerce.python())
            }
            _ => format!("np.dtype('{self}')"),
        }
    }
}

impl<D: AsRef<[u8]>> Spelled for NdArray<D> {
    fn python(&self) -> String {
        let order = if self.order() == Order::Fortran { 'F' } else { 'C' };
        let (shape, dtype) = (self.shape().to_vec().python(), self.dtype().python());
        format!(
            "np.ndarray({shape}, {dtype}, bytearray({}), order='{order}')",
            bytes(self.as_bytes())
        )
    }
}

impl Spelled for MaskedArray {
    fn python(&self) -> String {
        let mask = self.mask().to_vec().python();
        let order = if self.data().order() == Order::Fortran { 'F' } else { 'C' };
        let mask =
            format!("np.array({mask}, '?').reshape({:?}, order='{order}')", self.data().shape());
        let fill = self.fill_value().cloned().python();
        format!("np.ma.array({}, mask={mask}, fill_value={fill})", self.data().python())
    }
}

impl Spelled for Scalar {
    fn python(&self) -> String {
        format!("np.ndarray([], {}, {})[()]", self.dtype().python(), bytes(self.as_bytes()))
    }
}

impl<T: Spelled> Spelled for ObjectArray<T> {
    fn python(&self) -> String {
        let (shape, items) = (self.shape(), listed(self.items()));
        let dtype = self.dtype().python();
        format!("filled(np.empty({shape:?}, {dtype}), [{items}])")
    }
}

impl<T: Element> Spelled for ArrayD<T> {
    fn python(&self) -> String {
        NdArray::from(self).python()
    }
}

/// Dtypes of one part: numbers in both byte orders, and so on.
fn simple() -> impl Strategy<Value = Dtype> {
    let numbers = "[<>](i2|i4|i8|u2|u4|u8|f2|f4|f8|f16|c8|c16)|\\|(b1|i1|u1)";
    let others = "\\|[SV][1-9]|[<>]U[1-9]|[<>][Mm]8\\[(Y|D|s|ns|25us)\\]";
    prop_oneof![3 => numbers, 1 => others].prop_map(|text: String| text.parse().unwrap())
}

fn shape(axes: std::ops::Range<usize>) -> impl Strategy<Value = Vec<usize>> {
    vec(0..4usize, axes)
}

/// With structures in structures, subarrays and titles.
fn dtype() -> impl Strategy<Value = Dtype> {
    simple().prop_recursive(3, 8, 3, |inner| {
        let axes = vec(1..3usize, 1..3);
        let field = (any_::name(), inner, option::weighted(0.3, axes));
        vec(field, 1..4).prop_map(|fields| {
            let fields = fields.into_iter().enumerate().map(|(place, (name, dtype, axes))| {
                // Names that differ; an array of arrays is one with more axes in NumPy.
                let is_flat = !matches!(dtype.kind(), Type::Subarray(..));
                let axes = axes.filter(|_| is_flat);
                let dtype = match axes {
                    Some(axes) => dtype.subarray(axes),
                    None => dtype,
                };
                (format!("{name}{place}"), dtype)
            });
            Dtype::structure(fields)
        })
    })
}

/// The bytes of items, of which those of text are valid and those of bools 0 or 1.
fn data(dtype: &Dtype, count: usize) -> impl Strategy<Value = Vec<u8>> + use<> {
    let has_rules = !matches!(dtype.kind(), Type::Int | Type::Uint | Type::Float | Type::Bytes);
    let most = if has_rules { 1u8 } else { 255 };
    let is_long = dtype.itemsize() == 16 || !has_rules;
    let len = dtype.itemsize() * count;
    vec(0..=most, len).prop_map(move |bytes| if is_long { bytes } else { vec![0; len] })
}

/// NumPy calls what is contiguous in both orders C.
fn order(shape: &[usize], is_fortran: bool) -> Order {
    let both = shape.contains(&0) || shape.iter().filter(|count| **count > 1).count() < 2;
    if is_fortran && !both { Order::Fortran } else { Order::C }
}

fn array(dtype: impl Strategy<Value = Dtype>) -> impl Strategy<Value = NdArray> {
    (dtype, shape(0..4), any::<bool>()).prop_flat_map(|(dtype, shape, is_fortran)| {
        let count = shape.iter().product();
        let order = order(&shape, is_fortran);
        data(&dtype, count).prop_map(move |data| {
            NdArray::from_bytes(dtype.clone(), shape.clone(), order, data).unwrap()
        })
    })
}

#[test]
fn arrays_and_dtypes() {
    let peers = Peers::of(&with_numpy(), "arrays.py");
    peers.agree_on_each("", PY3, dtype());
    peers.agree_on_each("", PY3, array(simple()));
    peers.agree_on_each("", PY3, array(dtype()));
    let scalar = simple().prop_flat_map(|dtype| {
        data(&dtype, 1).prop_map(move |data| Scalar::from_bytes(dtype.clone(), data).unwrap())
    });
    // Text and bytes without their zeros are other dtypes, a scalar has the order of the machine, and
    // a `longdouble` has bytes that mean nothing.
    let scalar = scalar.prop_filter("a scalar of its own", |scalar| {
        let dtype = scalar.dtype();
        let is_text = matches!(dtype.kind(), Type::Bytes | Type::Str);
        let is_long = *dtype.kind() == Type::Float && dtype.itemsize() == 16;
        !is_text && !is_long && dtype.byte_order() != ByteOrder::Big
    });
    peers.agree_on_each("", PY3, scalar);
}

#[test]
fn arrays_of_ndarray() {
    let peers = Peers::of(&with_numpy(), "arrays.py");
    macro_rules! elements {
        ($($t:ty, $items:expr;)*) => {$(
            let array = (shape(0..4), any::<bool>()).prop_flat_map(|(shape, is_fortran)| {
                let is_fortran = order(&shape, is_fortran) == Order::Fortran;
                let count = shape.iter().product::<usize>();
                vec($items, count).prop_map(move |items| {
                    ArrayD::from_shape_vec(IxDyn(&shape).set_f(is_fortran), items).unwrap()
                })
            });
            peers.agree_on_each("", PY3, array);
        )*};
    }
    let pair = || (any::<f32>(), any::<f32>());
    elements! {
        i8, any::<i8>();
        u8, any::<u8>();
        i16, any::<i16>();
        u16, any::<u16>();
        i32, any::<i32>();
        u32, any::<u32>();
        i64, any::<i64>();
        u64, any::<u64>();
        f32, any::<f32>();
        f64, any::<f64>();
        bool, any::<bool>();
        f16, any::<u16>().prop_map(f16::from_bits);
        Complex32, pair().prop_map(|(re, im)| Complex32::new(re, im));
        Complex64, pair().prop_map(|(re, im)| Complex64::new(re.into(), im.into()));
    }
}

const FILLED: &str = "def filled(array, items):
    for place, item in enumerate(items):
        array.flat[place] = item
    return array";

#[test]
fn arrays_of_objects() {
    let peers = Peers::of(&with_numpy(), "arrays.py");
    let values = shape(0..3).prop_flat_map(|shape| {
        let count = shape.iter().product::<usize>();
        vec(option::of(any_::text()), count)
            .prop_map(move |items| ObjectArray::new(shape.clone(), items).unwrap())
    });
    peers.agree_on_each(FILLED, PY3, values);
    let missing = select(&["", "None", "nan", "gone"][..]).prop_map(|missing| match missing {
        "" => Missing::Never,
        "None" => Missing::None,
        "nan" => Missing::NaN,
        text => Missing::Text(text.into()),
    });
    let text = (missing, any::<bool>()).prop_map(|(missing, coerce)| Text { missing, coerce });
    // NumPy 2, which the Pythons before 3.9 do not have.
    let new = with_numpy().into_iter().filter(|python| {
        let has = "import numpy; numpy.dtypes.StringDType";
        python.succeeds(has)
    });
    let peers = Peers::of(&new.collect::<Vec<_>>(), "arrays.py");
    peers.agree_on_each("", PY3, text.clone().prop_map(Dtype::of_text));
    let texts = (text, vec(any_::text(), 0..4)).prop_map(|(text, items)| {
        ObjectArray::of_dtype(Dtype::of_text(text), [items.len()], items).unwrap()
    });
    peers.agree_on_each(FILLED, PY3, texts);
}

#[test]
fn masked_arrays() {
    let peers = Peers::of(&with_numpy(), "arrays.py");
    let numbers = "<(i2|i4|i8|u2|u4|u8|f8)".prop_map(|text: String| text.parse::<Dtype>().unwrap());
    let masked = (array(numbers), any::<u64>()).prop_map(|(array, bits)| {
        let mask: Vec<bool> = (0..array.len()).map(|place| bits >> (place % 64) & 1 == 1).collect();
        let fill = NdArray::from_bytes(
            array.dtype().clone(),
            [],
            Order::C,
            vec![1; array.dtype().itemsize()],
        );
        MaskedArray::new(array, mask).unwrap().filled_by(fill.unwrap())
    });
    peers.agree_on_each("", PY3, masked);
}
